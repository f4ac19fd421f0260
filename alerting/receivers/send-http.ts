import type { Disk } from '@tocsin/runtime/disk.ts';
import { type HttpAnswer, type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { HttpConfig } from './http-config-schema.ts';
import { httpHeaders } from './http-headers.ts';
import { SendError } from './integration.ts';
import { parseRetryAfter } from './retry-after.ts';
import { tlsOptions } from './tls-options.ts';

/** What integrations that speak HTTP need of the world. */
export interface HttpSendDeps {
  readonly http: HttpClient;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
}

export interface HttpSend {
  readonly method?: 'POST' | 'PUT';
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  /** Win over those of http_config. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  /** For providers that say in their answer's body when to come again. In milliseconds. */
  readonly retryAfterMs?: (answer: HttpAnswer) => number | null;
  readonly signal: AbortSignal;
}

/**
 * Requests a provider and returns its answer if that is a 2xx. Link-local and metadata addresses are refused unless
 * http_config allows them; redirects are not followed.
 * @throws SendError; 5xx, 429, 408 and exchanges that broke off may go better another time, the rest is final.
 */
export async function sendHttp(
  config: HttpConfig | null,
  send: HttpSend,
  deps: HttpSendDeps,
): Promise<HttpAnswer> {
  try {
    const answer = await deps.http.send({
      method: send.method ?? 'POST',
      url: send.url,
      headers: {
        ...(await httpHeaders(config, deps.disk)),
        'content-type': send.contentType,
        'user-agent': 'Tocsin',
        ...send.headers,
      },
      body: send.body,
      timeoutMs: send.timeoutMs ?? ALERTING_LIMITS.sendTimeoutMs,
      maxAnswerBytes: ALERTING_LIMITS.answerBytes,
      ...(config?.tls_config ? { tls: await tlsOptions(config.tls_config, deps.disk) } : {}),
      refuseLinkLocal: !config?.allow_link_local,
      signal: send.signal,
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new SendError(
      `unexpected answer ${describeAnswer(answer)}`,
      answer.status >= 500 || answer.status === 429 || answer.status === 408,
      undefined,
      parseRetryAfter(answer.headers['retry-after']) ?? send.retryAfterMs?.(answer) ?? null,
    );
  } catch (error) {
    if (error instanceof SendError) throw error;
    const message = withoutPath(error instanceof Error ? error.message : String(error), send.url);
    if (error instanceof HttpFailure && error.kind === 'link-local') {
      throw new SendError(
        `${message}; set allow_link_local: true in http_config if it is meant`,
        false,
        error,
      );
    }
    throw new SendError(message, true, error);
  }
}

/** Paths of these URLs are secrets, and messages end up in logs and on the page. */
function withoutPath(message: string, url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '/';
  return path.length > 1 ? message.replaceAll(path, '/<secret>') : message;
}

/** Status and the beginning of the body. */
export function describeAnswer(answer: HttpAnswer): string {
  return `${answer.status} ${answer.text()}`.slice(0, ALERTING_LIMITS.answerLength);
}
