import { compareStrings } from '@tocsin/protocol/labels/labels.ts';
import { BUILTINS } from './builtins.ts';
import { callFunction, fieldChain, type Where, withFinal } from './field-chain.ts';
import { TEMPLATE_LIMITS } from './limits.ts';
import type { BranchNode, Command, Node, Operand, Pipe } from './node.ts';
import type { TemplateSet } from './parser.ts';
import { printValue } from './print.ts';
import { TemplateError } from './template-error.ts';
import { type FunctionTable, isTrue, type Value } from './value.ts';

export interface ExecuteOptions {
  /** Beyond the built-in ones, or in their place. */
  readonly functions?: FunctionTable;
  /**
   * Called with each printed value and what was written since the last call, beginning with what that one returned; the
   * default prints as Go's text/template.
   */
  readonly escape?: (value: Value, added: string) => string;
}

/** Thrown through the walk by `{{break}}` and `{{continue}}`; a signal value would have to be checked at every node. */
type Flow = 'next' | 'break' | 'continue';

interface Variable {
  readonly name: string;
  value: Value;
}

/**
 * Runs template `name` of the set on `data` and returns what it writes.
 * @throws TemplateError, worded as Go does; whatever a function throws that is not an Error passes through.
 */
export function executeTemplate(
  set: TemplateSet,
  name: string,
  data: Value,
  options: ExecuteOptions = {},
): string {
  const functions = options.functions;
  const show = options.escape ?? ((value: Value) => printValue(value));
  let output = '';
  let added = '';
  let steps = 0;
  let callDepth = 0;

  runTemplate(name, name, data, 1);
  return output;

  function write(text: string, where: Where): void {
    output += text;
    added += text;
    if (output.length > TEMPLATE_LIMITS.outputLength) {
      throw new TemplateError(
        where.template,
        where.line,
        `output is longer than ${TEMPLATE_LIMITS.outputLength} characters`,
      );
    }
  }

  function runTemplate(called: string, from: string, dot: Value, line: number): void {
    const nodes = set.get(called);
    if (!nodes) throw new TemplateError(from, line, `template "${called}" not defined`);
    if (++callDepth > TEMPLATE_LIMITS.callDepth)
      throw new TemplateError(from, line, 'exceeded maximum template depth');
    walk(nodes, dot, [{ name: '$', value: dot }], called);
    callDepth--;
  }

  function walk(nodes: readonly Node[], dot: Value, variables: Variable[], template: string): Flow {
    for (const node of nodes) {
      if (++steps > TEMPLATE_LIMITS.steps) {
        throw new TemplateError(
          template,
          'line' in node ? node.line : 1,
          `takes more than ${TEMPLATE_LIMITS.steps} steps`,
        );
      }
      switch (node.kind) {
        case 'text':
          write(node.text, { template, line: 1 });
          break;
        case 'action': {
          const value = evaluatePipe(node.pipe, dot, variables, template);
          if (node.pipe.variables.length === 0) {
            const where = { template, line: node.line };
            if (value === undefined) write('<no value>', where);
            else if (value !== null && typeof value === 'object' && value.kind === 'function') {
              throw new TemplateError(template, node.line, `can't print ${value.name} of type func`);
            } else {
              const shown = show(value ?? '<no value>', added);
              added = '';
              write(shown, where);
            }
          }
          break;
        }
        case 'template':
          runTemplate(
            node.name,
            template,
            node.pipe ? evaluatePipe(node.pipe, dot, variables, template) : null,
            node.line,
          );
          break;
        case 'break':
        case 'continue':
          return node.kind;
        default: {
          const flow =
            node.kind === 'range'
              ? walkRange(node, dot, variables, template)
              : walkBranch(node, dot, variables, template);
          if (flow !== 'next') return flow;
        }
      }
    }
    return 'next';
  }

  function walkBranch(node: BranchNode, dot: Value, variables: Variable[], template: string): Flow {
    const mark = variables.length;
    const value = evaluatePipe(node.pipe, dot, variables, template);
    let flow: Flow = 'next';
    if (isTrue(value)) flow = walk(node.body, node.kind === 'with' ? value : dot, variables, template);
    else if (node.otherwise) flow = walk(node.otherwise, dot, variables, template);
    variables.length = mark;
    return flow;
  }

  function walkRange(node: BranchNode, dot: Value, variables: Variable[], template: string): Flow {
    const mark = variables.length;
    // The variables are set once per round, so the pipe itself is evaluated without them.
    const value = evaluatePipe({ ...node.pipe, variables: [] }, dot, variables, template);
    const names = node.pipe.variables;
    let rounds = 0;
    for (const [key, item] of roundsOf(value, template, node.line)) {
      rounds++;
      if (node.pipe.assigns) {
        if (names.length === 1) assign(names[0]!, item, variables);
        else if (names.length === 2) {
          assign(names[0]!, key, variables);
          assign(names[1]!, item, variables);
        }
      } else if (names.length === 1) variables.push({ name: names[0]!, value: item });
      else if (names.length === 2)
        variables.push({ name: names[0]!, value: key }, { name: names[1]!, value: item });
      const flow = walk(node.body, item, variables, template);
      variables.length = mark;
      if (flow === 'break') break;
    }
    let flow: Flow = 'next';
    if (rounds === 0 && node.otherwise) flow = walk(node.otherwise, dot, variables, template);
    variables.length = mark;
    return flow;
  }

  function* roundsOf(value: Value, template: string, line: number): Generator<readonly [Value, Value]> {
    if (value === null) return;
    if (typeof value === 'bigint') {
      for (let i = 0n; i < value; i++) yield [i, i];
      return;
    }
    if (typeof value === 'object' && value.kind === 'list') {
      for (const [i, item] of value.items.entries()) yield [BigInt(i), item];
      return;
    }
    if (typeof value === 'object' && value.kind === 'map') {
      for (const key of [...value.entries.keys()].sort(compareStrings)) yield [key, value.entries.get(key)!];
      return;
    }
    throw new TemplateError(template, line, `range can't iterate over ${printValue(value)}`);
  }

  function assign(name: string, value: Value, variables: readonly Variable[]): void {
    const variable = variables.findLast((each) => each.name === name);
    if (variable) variable.value = value;
  }

  function evaluatePipe(pipe: Pipe, dot: Value, variables: Variable[], template: string): Value {
    let value: Value | undefined;
    for (const command of pipe.commands) value = evaluateCommand(command, value, dot, variables, template);
    const result = value ?? null;
    for (const name of pipe.variables) {
      if (pipe.assigns) assign(name, result, variables);
      else variables.push({ name, value: result });
    }
    return result;
  }

  /** `final` is the value of the pipeline's previous stage, and becomes the last argument. */
  function evaluateCommand(
    command: Command,
    final: Value | undefined,
    dot: Value,
    variables: Variable[],
    template: string,
  ): Value {
    if (++steps > TEMPLATE_LIMITS.steps)
      throw new TemplateError(template, command.line, `takes more than ${TEMPLATE_LIMITS.steps} steps`);
    const where = { template, line: command.line };
    const [first, ...rest] = command.operands as [Operand, ...Operand[]];
    const operand = (each: Operand): Value => evaluateOperand(each, dot, variables, where);
    if (first.kind === 'identifier') {
      const callee = functions?.get(first.name) ?? BUILTINS.get(first.name);
      if (!callee)
        throw new TemplateError(template, command.line, `"${first.name}" is not a defined function`);
      if (first.name === 'and' || first.name === 'or')
        return evaluateLogic(first.name, rest, final, operand, where);
      return callFunction(callee, withFinal(rest.map(operand), final), where);
    }
    if (first.kind === 'field') return fieldChain(dot, first.names, rest.map(operand), final, where);
    if (first.kind === 'variable') {
      return fieldChain(
        lookUp(first.name, variables),
        first.names,
        rest.map(operand),
        final,
        where,
        first.name,
      );
    }
    if (first.kind === 'chain')
      return fieldChain(operand(first.base), first.names, rest.map(operand), final, where);
    if (rest.length > 0 || final !== undefined) {
      const shown = first.kind === 'constant' ? printValue(first.value) : first.kind === 'dot' ? '.' : '()';
      throw new TemplateError(template, command.line, `can't give argument to non-function ${shown}`);
    }
    return operand(first);
  }

  /** `and` and `or` evaluate no further than they must. */
  function evaluateLogic(
    name: 'and' | 'or',
    operands: readonly Operand[],
    final: Value | undefined,
    evaluate: (operand: Operand) => Value,
    where: Where,
  ): Value {
    let value: Value | undefined;
    for (const operand of operands) {
      value = evaluate(operand);
      if (isTrue(value) === (name === 'or')) return value;
    }
    if (final !== undefined) return final;
    if (value === undefined)
      throw new TemplateError(
        where.template,
        where.line,
        `wrong number of args for ${name}: want at least 1 got 0`,
      );
    return value;
  }

  function evaluateOperand(operand: Operand, dot: Value, variables: Variable[], where: Where): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'constant':
        return operand.value;
      case 'field':
        return fieldChain(dot, operand.names, [], undefined, where);
      case 'variable':
        return fieldChain(lookUp(operand.name, variables), operand.names, [], undefined, where, operand.name);
      case 'pipe':
        return evaluatePipe(operand, dot, variables, where.template);
      case 'chain':
        return fieldChain(
          evaluateOperand(operand.base, dot, variables, where),
          operand.names,
          [],
          undefined,
          where,
        );
      case 'identifier':
        return evaluateCommand(
          { operands: [operand], line: where.line },
          undefined,
          dot,
          variables,
          where.template,
        );
      default:
        return operand satisfies never;
    }
  }
}

function lookUp(name: string, variables: readonly Variable[]): Value {
  return variables.findLast((variable) => variable.name === name)?.value ?? null;
}
