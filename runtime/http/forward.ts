import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

/** Passes whole requests on to another server and its answers back, streaming both ways. */
export interface Forwarder {
  /** Resolves when the exchange is over. Only for `unreachable` and `too-large` is the response still to be answered. */
  forward(request: IncomingMessage, response: ServerResponse, target: ForwardTarget): Promise<ForwardOutcome>;
  /** Closes idle connections. */
  close(): void;
}

export interface ForwardTarget {
  /** http: or https:, path and query included. */
  readonly url: string;
  /** Sent as bearer token; whatever credentials the client sent stay here. */
  readonly token?: string | null;
  /** By their names in small letters; they take the place of what the client sent. */
  readonly headers?: Readonly<Record<string, string>>;
  /** To the first byte of the answer. A stream that has begun may take as long as it likes. */
  readonly timeoutMs: number;
  readonly bodyBytesMax: number;
}

export type ForwardOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  /** The server could not be reached or did not begin to answer in time. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The answer broke off, or the client went away; the response is closed. */
  | { readonly kind: 'cut'; readonly detail: string }
  | { readonly kind: 'too-large' };

const SOCKETS_MAX = 64;

// Of one connection only (RFC 9110, 7.6.1), or about the browser's own context, which ends here.
const HELD_BACK = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade host authorization cookie origin referer content-length expect'.split(
    ' ',
  ),
);
const HELD_BACK_ANSWER = new Set(
  'connection keep-alive proxy-authenticate trailer transfer-encoding upgrade set-cookie www-authenticate'.split(
    ' ',
  ),
);

export function createForwarder(): Forwarder {
  const agents = {
    'http:': new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
    'https:': new TlsAgent({ keepAlive: true, maxSockets: SOCKETS_MAX }),
  };

  const attempt = (
    request: IncomingMessage,
    response: ServerResponse,
    target: ForwardTarget,
    mayRetry: boolean,
  ): Promise<ForwardOutcome> =>
    new Promise((resolve) => {
      const url = new URL(target.url);
      const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
      const declared = Number(request.headers['content-length'] ?? 0);
      if (declared > target.bodyBytesMax) {
        resolve({ kind: 'too-large' });
        return;
      }
      const outgoing = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method: request.method ?? 'GET',
        headers: headersFor(request, target),
        agent: agents[protocol],
      });
      let done = false;
      const settle = (outcome: ForwardOutcome) => {
        if (done) return;
        done = true;
        clearTimeout(timer);
        outgoing.destroy();
        if (outcome.kind === 'cut') response.destroy();
        resolve(outcome);
      };
      const timer = setTimeout(() => {
        settle({ kind: 'unreachable', detail: `no answer within ${target.timeoutMs} ms` });
      }, target.timeoutMs);
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const repeatable = request.method === 'GET' || request.method === 'HEAD';
        if (!done && mayRetry && repeatable && outgoing.reusedSocket && error.code === 'ECONNRESET') {
          // The server closed an idle connection just as it was taken up again: nothing was done, ask anew.
          done = true;
          clearTimeout(timer);
          resolve(attempt(request, response, target, false));
          return;
        }
        const detail = error.message || error.code || 'connection failed';
        settle(response.headersSent ? { kind: 'cut', detail } : { kind: 'unreachable', detail });
      });
      response.on('close', () => {
        if (!done && !response.writableFinished) settle({ kind: 'cut', detail: 'the client went away' });
      });
      outgoing.on('response', (incoming) => {
        clearTimeout(timer);
        const status = incoming.statusCode ?? 502;
        for (const [name, value] of Object.entries(incoming.headers)) {
          if (value !== undefined && !HELD_BACK_ANSWER.has(name)) response.setHeader(name, value);
        }
        response.writeHead(status);
        incoming.on('error', (error) => settle({ kind: 'cut', detail: error.message }));
        incoming.on('aborted', () => settle({ kind: 'cut', detail: 'the answer broke off' }));
        response.on('finish', () => settle({ kind: 'answered', status }));
        incoming.pipe(response);
      });
      let bytes = 0;
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > target.bodyBytesMax) settle({ kind: 'too-large' });
      });
      request.pipe(outgoing);
    });

  return {
    forward: (request, response, target) => attempt(request, response, target, true),
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function headersFor(request: IncomingMessage, target: ForwardTarget): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !HELD_BACK.has(name) && !name.startsWith('sec-')) headers[name] = value;
  }
  const length = request.headers['content-length'];
  if (length !== undefined) headers['content-length'] = length;
  Object.assign(headers, target.headers);
  if (target.token) headers['authorization'] = `Bearer ${target.token}`;
  return headers;
}
