import { decodeWriteRequest } from '@tocsin/protocol/remote-write/decode.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import {
  CONTENT_TYPES,
  type RemoteWriteVersion,
  VERSION_HEADER,
  VERSION_VALUES,
} from '@tocsin/protocol/remote-write/version.ts';
import { decodeSnappy } from '@tocsin/protocol/snappy/decode.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { limits } from '../limits.ts';
import type { Outcome, Transport } from './outcome.ts';
import { post } from './post.ts';

// A receiver that knew only 1.0 may have been upgraded since.
const ASK_AGAIN_MS = 3_600_000;
const WRITTEN_HEADER = 'x-prometheus-remote-write-samples-written';

/**
 * Sends bodies of remote write 2.0, as 1.0 to a receiver that refuses 2.0 or, as the 2.0 specification has it,
 * shows by the missing headers that it took the request for a 1.0 without looking.
 */
export function createRemoteWriteTransport(
  deps: { readonly client: HttpClient; readonly clock: Clock },
  config: { readonly url: string; readonly userAgent: string },
): Transport {
  const { client, clock } = deps;
  let version: RemoteWriteVersion = '2.0';
  let askAgainMs = 0;

  const send = (body: Uint8Array, as: RemoteWriteVersion, signal: AbortSignal) =>
    post(client, clock, {
      url: config.url,
      headers: {
        'content-type': CONTENT_TYPES[as],
        'content-encoding': 'snappy',
        'user-agent': config.userAgent,
        [VERSION_HEADER]: VERSION_VALUES[as],
      },
      body,
      signal,
      isRetryable: (status) => status === 429 || status >= 500 || (status === 415 && as === '2.0'),
    });

  return async (body, items, signal): Promise<Outcome> => {
    if (version === '1.0' && clock.monotonic() >= askAgainMs) version = '2.0';
    if (version === '2.0') {
      const posted = await send(body, '2.0', signal);
      if (posted.kind === 'answered') {
        if (WRITTEN_HEADER in posted.answer.headers || items === 0) return { kind: 'delivered' };
      } else if (posted.kind !== 'retry' || posted.status !== 415) return posted;
      version = '1.0';
      askAgainMs = clock.monotonic() + ASK_AGAIN_MS;
    }
    const older = asVersion1(body);
    if (older === null)
      return { kind: 'refused', detail: 'Cannot read a stored write request: it is damaged' };
    const posted = await send(older, '1.0', signal);
    return posted.kind === 'answered' ? { kind: 'delivered' } : posted;
  };
}

function asVersion1(body: Uint8Array): Uint8Array | null {
  try {
    const request = decodeWriteRequest('2.0', decodeSnappy(body, limits.spoolRecordBytesMax * 4));
    return encodeSnappy(encodeWriteRequestV1(request.series, request.metadata));
  } catch {
    return null;
  }
}
