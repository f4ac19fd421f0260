import type { Disk } from '@tocsin/runtime/disk.ts';
import { type HttpAnswer, type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { HttpConfig } from './http-config-schema.ts';
import { httpHeaders } from './http-headers.ts';
import { SendError } from './integration.ts';
import type { Oauth2Tokens } from './oauth2-tokens.ts';
import { proxyFor } from './proxy-for.ts';
import { redirectedTo } from './redirect.ts';
import { parseRetryAfter } from './retry-after.ts';
import { tlsOptions } from './tls-options.ts';

/** What integrations that speak HTTP need of the world. */
export interface HttpSendDeps {
  readonly http: HttpClient;
  readonly disk: Pick<Disk, 'readFile' | 'size'>;
  readonly tokens: Oauth2Tokens;
}

export interface HttpSend {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly contentType: string;
  /** Absent for GET. */
  readonly body?: string;
  /** Win over those of http_config. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number | null;
  /** For providers that say in their answer's body when to come again. In milliseconds. */
  readonly retryAfterMs?: (answer: HttpAnswer) => number | null;
  /** Statuses other than 429, 408 and those from 500 on after which another attempt may help. */
  readonly retryOn?: readonly number[];
  readonly signal: AbortSignal;
}

/** As Go's client. */
const MAX_REDIRECTS = 10;

/**
 * Requests a provider and returns its answer if that is a 2xx. Link-local and metadata addresses are refused unless
 * http_config allows them. Redirects that keep the message (307, 308) are followed unless http_config forbids it.
 * @throws SendError; 5xx, 429, 408 and exchanges that broke off may go better another time, the rest is final.
 */
export async function sendHttp(
  config: HttpConfig | null,
  send: HttpSend,
  deps: HttpSendDeps,
): Promise<HttpAnswer> {
  let url = send.url;
  try {
    let answer = await exchange(config, send, url, deps);
    if (answer.status === 401 && usesToken(config, send)) {
      // Taken back before its time.
      deps.tokens.forget();
      answer = await exchange(config, send, url, deps);
    }
    for (let hops = 0; hops < MAX_REDIRECTS && config?.follow_redirects !== false; hops++) {
      const next = redirectedTo(answer, url);
      if (next === null) break;
      url = next;
      answer = await exchange(config, send, url, deps);
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new SendError(
      `unexpected answer ${describeAnswer(answer)}`,
      answer.status >= 500 || [429, 408, ...(send.retryOn ?? [])].includes(answer.status),
      undefined,
      parseRetryAfter(answer.headers['retry-after']) ?? send.retryAfterMs?.(answer) ?? null,
    );
  } catch (error) {
    if (error instanceof SendError) throw error;
    const written = error instanceof Error ? error.message : String(error);
    const message = [send.url, url].reduce(withoutPath, written);
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

async function exchange(
  config: HttpConfig | null,
  send: HttpSend,
  url: string,
  deps: HttpSendDeps,
): Promise<HttpAnswer> {
  const refuseLinkLocal = !config?.allow_link_local;
  const { signal } = send;
  // Where a redirect leads to another host, nothing that says who asks goes along.
  const isHome = mayKnow(send.url, url);
  return await deps.http.send({
    method: send.method ?? 'POST',
    url,
    headers: {
      ...(isHome ? await httpHeaders(config, deps.disk) : {}),
      ...(isHome && config?.oauth2 && usesToken(config, send)
        ? { authorization: await deps.tokens.authorization(config.oauth2, { refuseLinkLocal, signal }) }
        : {}),
      ...(send.body === undefined ? {} : { 'content-type': send.contentType }),
      'user-agent': 'Tocsin',
      ...(isHome ? send.headers : {}),
    },
    ...(send.body === undefined ? {} : { body: send.body }),
    timeoutMs: send.timeoutMs ?? ALERTING_LIMITS.sendTimeoutMs,
    maxAnswerBytes: ALERTING_LIMITS.answerBytes,
    ...(config?.tls_config ? { tls: await tlsOptions(config.tls_config, deps.disk) } : {}),
    refuseLinkLocal,
    proxy: proxyFor(config, url),
    signal,
  });
}

/** A provider's own key, such as Opsgenie's, stands where the token would. */
function usesToken(config: HttpConfig | null, send: HttpSend): boolean {
  return Boolean(config?.oauth2) && send.headers?.['authorization'] === undefined;
}

/** The same host, not less safe than before. */
function mayKnow(from: string, to: string): boolean {
  const [first, second] = [new URL(from), new URL(to)];
  if (first.origin === second.origin) return true;
  return first.hostname === second.hostname && first.protocol === 'http:' && second.protocol === 'https:';
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
