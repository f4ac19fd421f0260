import { HttpFailure } from '@tocsin/runtime/http/client.ts';
import { SendError } from './integration.ts';

// Nobody was reached, so nobody took anything.
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EDNS', 'ECONNECTION'],
]);

/** Whether a message may be with its provider although the attempt to send it failed: it was sent, and no answer came. */
export function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof SendError)) return true;
  const { cause } = error;
  if (!(cause instanceof Error)) return false;
  if (cause instanceof HttpFailure && (cause.kind === 'link-local' || cause.kind === 'too-large'))
    return cause.kind === 'too-large';
  // An SMTP server that answered has refused.
  if (typeof Reflect.get(cause, 'responseCode') === 'number') return false;
  for (let inner: unknown = cause; inner instanceof Error; inner = inner.cause)
    if (NOT_CONNECTED.has(Reflect.get(inner, 'code'))) return false;
  return true;
}
