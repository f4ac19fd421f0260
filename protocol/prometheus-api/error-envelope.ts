export type ErrorType =
  | 'bad_data'
  | 'execution'
  | 'timeout'
  | 'canceled'
  | 'internal'
  | 'unavailable'
  | 'not_found'
  | 'not_acceptable';

const STATUS: Readonly<Record<ErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 503,
  internal: 500,
  unavailable: 503,
  not_found: 404,
  not_acceptable: 406,
};

/** The HTTP status Prometheus answers an error with. */
export function statusOfError(type: ErrorType): number {
  return STATUS[type];
}

/** The body of a failed request. */
export function renderError(type: ErrorType, message: string): string {
  return JSON.stringify({ status: 'error', errorType: type, error: message });
}
