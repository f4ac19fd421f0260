import type { IncomingMessage } from 'node:http';
import type { Tokens } from '@tocsin/runtime/http/tokens.ts';

/** Who sends without a token, as limits and status pages name it. */
export const ANONYMOUS = 'anonymous';
/** Who sends with the token that may do everything. */
export const SHARED = 'shared';
/** Whose series the outputs of stream aggregation are. */
export const STREAM_AGGREGATION = 'stream_aggregation';

/** Where a token that may only send is good for: metrics and log lines. */
export const SEND_PATHS: ReadonlySet<string> = new Set([
  '/api/v1/write',
  '/api/v1/import/prometheus',
  '/v1/metrics',
  '/api/v1/otlp/v1/metrics',
  '/v1/logs',
  '/otlp/v1/logs',
  '/loki/api/v1/push',
]);

/** The name under which the request's series are counted. */
export function senderOf(tokens: Tokens, request: IncomingMessage): string {
  const holder = tokens.holderOf(request);
  if (holder.kind === 'sender') return holder.name;
  return holder.kind === 'shared' ? SHARED : ANONYMOUS;
}
