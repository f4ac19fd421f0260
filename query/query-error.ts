/**
 * Why a query has no answer, in Prometheus' error types: `bad_data` the query itself is wrong (HTTP 400),
 * `execution` it failed or passed a limit (422), `timeout` and `canceled` (503).
 */
export class QueryError extends Error {
  readonly kind: 'bad_data' | 'execution' | 'timeout' | 'canceled';

  constructor(kind: QueryError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueryError';
    this.kind = kind;
  }
}
