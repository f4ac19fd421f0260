/**
 * Why a query has no answer, in Prometheus' error types: `bad_data` the query itself is wrong (HTTP 400),
 * `execution` it failed or passed a limit (422), `timeout` and `canceled` (503).
 */
export class QueryError extends Error {
  readonly kind: 'bad_data' | 'execution' | 'timeout' | 'canceled';
  /** The limit that was passed, by its name in QueryLimits; empty when none was. */
  readonly limit: string;

  constructor(
    kind: QueryError['kind'],
    message: string,
    options?: ErrorOptions & { readonly limit?: string },
  ) {
    super(message, options);
    this.name = 'QueryError';
    this.kind = kind;
    this.limit = options?.limit ?? '';
  }
}

const QUERY_SHOWN_MAX = 500;

/** The same error with the query in its text when a limit was passed: whoever reads the log wants to know which. */
export function namingQuery(error: unknown, query: string): unknown {
  if (!(error instanceof QueryError) || error.limit === '') return error;
  const shown = query.length > QUERY_SHOWN_MAX ? `${query.slice(0, QUERY_SHOWN_MAX)}...` : query;
  const { kind, limit, message } = error;
  return new QueryError(kind, `${message}; the query: ${shown}`, { cause: error, limit });
}
