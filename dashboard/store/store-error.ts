/** A dashboard cannot be read or written; the message is for the reader, the status for HTTP. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly status: 400 | 404 | 409 | 422 | 503;

  constructor(status: StoreError['status'], message: string) {
    super(message);
    this.status = status;
  }
}
