import { QueryError } from '@tocsin/query/query-error.ts';

/** A refusal in the Prometheus API's own form: its error type decides the HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: keyof typeof STATUS;

  constructor(type: keyof typeof STATUS, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return STATUS[this.type];
  }
}

const STATUS = {
  bad_data: 400,
  not_found: 404,
  execution: 422,
  canceled: 499,
  internal: 500,
  timeout: 503,
  unavailable: 503,
} as const;

/** A parameter that cannot be used, worded as Prometheus words it. */
export function badParameter(name: string, detail: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "${name}": ${detail}`);
}

/** Whatever was thrown, as the API's refusal; null when it is a fault of ours. */
export function toApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  return error instanceof QueryError ? new ApiError(error.kind, error.message) : null;
}
