/** `refused`: the server answered, and the expression or its evaluation is at fault. `unreachable`: it could not be asked. */
export class QueryFailure extends Error {
  override readonly name = 'QueryFailure';
  readonly kind: 'refused' | 'unreachable';

  constructor(kind: QueryFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
