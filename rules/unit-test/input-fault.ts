/** An input series that cannot be read, or that a rule's series gets in the way of. */
export class InputFault extends Error {
  override readonly name = 'InputFault';
  readonly line: number;

  constructor(line: number, detail: string) {
    super(detail);
    this.line = line;
  }
}
