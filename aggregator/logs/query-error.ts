/** A log query that cannot be answered, with the HTTP status Loki answers it with. */
export class LogQueryError extends Error {
  override readonly name = 'LogQueryError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
