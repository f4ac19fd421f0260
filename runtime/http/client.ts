import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { SecureVersion } from 'node:tls';
import { createGuardedLookup, LinkLocalError } from './guarded-lookup.ts';
import { isLinkLocal } from './link-local.ts';
import type { HttpProxy } from './proxy.ts';
import { createProxyAgents, forwardOptions, isForwarded } from './proxy-agents.ts';

/** Requests as parts and the library send them; the simulated network is another implementation. */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Closes idle connections. */
  close(): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** http: or https:. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** The whole exchange, connecting included. */
  readonly timeoutMs: number;
  /** A longer answer is an error. Default 64 MiB. */
  readonly maxAnswerBytes?: number;
  /** True: hosts at link-local and metadata addresses are refused, also when a name leads there. */
  readonly refuseLinkLocal?: boolean;
  /** For https: URLs. */
  readonly tls?: HttpTls;
  /** Through whom; absent and null are directly. */
  readonly proxy?: HttpProxy | null;
  readonly signal?: AbortSignal;
}

/** How a TLS connection is made where not as usual; certificates and keys in PEM. */
export interface HttpTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Whom the certificate must name, when not the host. */
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly minVersion?: SecureVersion | undefined;
  readonly maxVersion?: SecureVersion | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; of repeated headers the values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  text(): string;
}

/** The exchange did not take place or was not finished; any answer of a server, a 500 too, is not an error. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly kind: 'timeout' | 'unreachable' | 'aborted' | 'too-large' | 'link-local';

  constructor(kind: HttpFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const MAX_ANSWER_BYTES = 64 * 2 ** 20;
const MAX_SOCKETS = 32;
/** How a connection tells, when it is taken up again, that the server has closed it. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE']);

export interface HttpClientOptions {
  readonly token?: string | null;
  /** True: neither connections nor timeouts keep the process alive (for a library inside another program). */
  readonly background?: boolean;
}

/** A client on node:http with keep-alive. Redirects are not followed. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient {
  const open = {
    'http:': new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    'https:': new TlsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  // Connections of their own, so that none is shared with a request that may go anywhere.
  const guardedLookup = createGuardedLookup();
  const guard = { keepAlive: true, maxSockets: MAX_SOCKETS, lookup: guardedLookup };
  const guarded = { 'http:': new Agent(guard), 'https:': new TlsAgent(guard) };
  const proxied = createProxyAgents(MAX_SOCKETS);
  /** A proxy resolves names itself. Those this machine knows are looked at before; the others are the proxy's. */
  const checkTarget = ({ hostname, origin }: URL): Promise<void> =>
    new Promise((resolve, reject) => {
      guardedLookup(hostname.replace(/^\[|\]$/g, ''), {}, (error) => {
        if (error instanceof LinkLocalError)
          reject(new HttpFailure('link-local', linkLocalMessage(origin), error));
        else resolve();
      });
    });
  const start = (
    request: HttpRequest,
    url: URL,
    headers: Readonly<Record<string, string>>,
  ): ClientRequest => {
    const agents = request.refuseLinkLocal ? guarded : open;
    const { method, proxy, tls } = request;
    if (proxy && isForwarded(proxy, url.protocol)) {
      const isTls = proxy.url.startsWith('https:');
      const forward = forwardOptions(proxy, url);
      return (isTls ? httpsRequest : httpRequest)({
        ...forward,
        method,
        headers: { ...headers, ...forward.headers },
        agent: agents[isTls ? 'https:' : 'http:'],
        ...(isTls ? { ...tls, servername: undefined } : {}),
      });
    }
    const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
    const lookup = request.refuseLinkLocal ? guardedLookup : null;
    return (protocol === 'http:' ? httpRequest : httpsRequest)(url, {
      method,
      headers,
      agent: proxy ? proxied.agentFor(proxy, protocol, { lookup, tls }) : agents[protocol],
      ...tls,
    });
  };
  const send = (request: HttpRequest, mayRetry: boolean): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const url = new URL(request.url);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        reject(
          new HttpFailure('unreachable', `Cannot request ${request.url}: only http and https are spoken`),
        );
        return;
      }
      for (const { hostname, origin } of request.proxy ? [url, new URL(request.proxy.url)] : [url]) {
        if (!request.refuseLinkLocal || !isLinkLocal(hostname)) continue;
        reject(new HttpFailure('link-local', linkLocalMessage(origin === 'null' ? hostname : origin)));
        return;
      }
      const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
      const headers: Record<string, string> = { ...request.headers };
      if (body) headers['content-length'] = String(body.length);
      if (options.token) headers['authorization'] = `Bearer ${options.token}`;
      const outgoing = start(request, url, headers);
      const what = `${request.method} ${url.origin}${url.pathname}`;
      const timer = setTimeout(() => {
        fail(
          new HttpFailure(
            'timeout',
            `Cannot finish ${what}: no complete answer within ${request.timeoutMs} ms`,
          ),
        );
      }, request.timeoutMs);
      if (options.background) {
        timer.unref();
        outgoing.on('socket', (socket) => socket.unref());
      }
      const onAbort = () =>
        fail(new HttpFailure('aborted', `Cannot finish ${what}: aborted`, request.signal?.reason));
      const settle = () => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
      };
      const fail = (failure: HttpFailure) => {
        settle();
        outgoing.destroy();
        reject(failure);
      };
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as it was taken up again: nothing was done, ask anew.
        if (mayRetry && outgoing.reusedSocket && CLOSED.has(error.code) && !request.signal?.aborted) {
          settle();
          send(request, false).then(resolve, reject);
          return;
        }
        fail(
          error instanceof LinkLocalError
            ? new HttpFailure('link-local', linkLocalMessage(url.origin), error)
            : new HttpFailure(
                'unreachable',
                `Cannot reach ${url.origin}: ${error.message || error.code}`,
                error,
              ),
        );
      });
      outgoing.on('response', (incoming) => {
        collect(incoming, request.maxAnswerBytes ?? MAX_ANSWER_BYTES, what).then((answer) => {
          settle();
          resolve(answer);
        }, fail);
      });
      if (request.signal?.aborted) onAbort();
      else {
        request.signal?.addEventListener('abort', onAbort, { once: true });
        outgoing.end(body);
      }
    });

  return {
    async send(request) {
      if (!request.proxy || !request.refuseLinkLocal) return await send(request, true);
      const startMs = performance.now();
      await checkTarget(new URL(request.url));
      const leftMs = request.timeoutMs - (performance.now() - startMs);
      return await send({ ...request, timeoutMs: Math.max(1, leftMs) }, true);
    },
    close() {
      proxied.destroy();
      for (const agent of [...Object.values(open), ...Object.values(guarded)]) agent.destroy();
    },
  };
}

function linkLocalMessage(origin: string): string {
  return `Cannot request ${origin}: it is a link-local or metadata address`;
}

function collect(incoming: IncomingMessage, maxBytes: number, what: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        incoming.destroy();
        reject(
          new HttpFailure('too-large', `Cannot take the answer to ${what}: it exceeds ${maxBytes} bytes`),
        );
        return;
      }
      chunks.push(chunk);
    });
    incoming.on('error', (error) =>
      reject(new HttpFailure('unreachable', `Cannot finish ${what}: ${error.message}`, error)),
    );
    incoming.on('end', () => {
      const body = Buffer.concat(chunks, size);
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(incoming.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
      }
      resolve({ status: incoming.statusCode ?? 0, headers, body, text: () => body.toString() });
    });
  });
}
