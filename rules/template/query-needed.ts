/**
 * Thrown out of a template whose `query` has no answer yet. The caller asks for the answer and runs the template
 * again: so templates, and the state machine that expands them, stay synchronous and pure.
 */
export class QueryNeeded {
  readonly expression: string;

  constructor(expression: string) {
    this.expression = expression;
  }
}
