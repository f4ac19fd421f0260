/** Why a line is refused; caught by the parser of the whole body, which knows the line's number. */
export class LineFault extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.name = 'LineFault';
    this.position = position;
  }
}
