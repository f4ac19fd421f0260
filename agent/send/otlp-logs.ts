import { decodeExportResponse } from '@tocsin/protocol/otlp/export-response.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import type { Outcome, Transport } from './outcome.ts';
import { post } from './post.ts';

// OTLP/HTTP, "Retryable Response Codes"; everything else must not be sent again.
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Sends gzipped ExportLogsServiceRequests. */
export function createOtlpLogsTransport(
  deps: { readonly client: HttpClient; readonly clock: Clock },
  config: { readonly url: string; readonly userAgent: string },
): Transport {
  return async (body, _items, signal): Promise<Outcome> => {
    const posted = await post(deps.client, deps.clock, {
      url: config.url,
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'gzip',
        'user-agent': config.userAgent,
      },
      body,
      signal,
      isRetryable: (status) => RETRYABLE.has(status),
    });
    if (posted.kind !== 'answered') return posted;
    const detail = partialRefusal(posted.answer.body);
    return detail === null ? { kind: 'delivered' } : { kind: 'refused', detail };
  };
}

/** What a 200 says it did not take after all, or null. */
function partialRefusal(body: Uint8Array): string | null {
  try {
    const { rejected, errorMessage } = decodeExportResponse(body);
    return rejected > 0 ? `${rejected} log records refused: ${errorMessage}` : null;
  } catch {
    // Some receivers answer with text; 200 is what counts.
    return null;
  }
}
