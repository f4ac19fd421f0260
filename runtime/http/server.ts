import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { isLoopback, type ListenAddress } from '../listen-address.ts';
import type { Log } from '../log.ts';
import type { MetricsRegistry } from '../metrics.ts';
import { createAccess } from './access.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** An express application is one, and so is a plain function. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Whether the part can do its work now. `reason` is for a person. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export interface HttpServerOptions {
  readonly listen: ListenAddress;
  /** Everything but `/-/healthy`, `/-/ready`, `/-/reload` and `/metrics`. */
  readonly handler: HttpHandler;
  readonly readiness: () => Readiness;
  /** What `POST /-/reload` does; rejects with what is wrong, the old configuration staying in force. */
  readonly reload?: () => Promise<void>;
  /** Host names beside loopback and `listen` under which browsers may reach this server. */
  readonly allowedHosts?: readonly string[];
  /** When set, requests need it as bearer token or basic password. Without it only loopback is listened on. */
  readonly token?: string | null;
  /** In place of `token`, when there are tokens that may only send as well. */
  readonly tokens?: Tokens;
  /** Where those may send. */
  readonly sendPaths?: ReadonlySet<string>;
}

export interface HttpServerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricsRegistry;
}

export interface HttpServer {
  /** Listens; rejects with an error that says what to do when the port is taken. */
  start(): Promise<ListenAddress>;
  /** Stops listening, lets running requests finish for `graceMs`, then cuts them. */
  stop(graceMs?: number): Promise<void>;
  /** The address in use; valid after start. */
  readonly address: ListenAddress;
}

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
// A client that sends its headers slower than this holds a connection for nothing (slow loris).
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** The HTTP server every part uses: health, own metrics, host and origin checks, orderly stop. */
export function createHttpServer(deps: HttpServerDeps, options: HttpServerOptions): HttpServer {
  const { log, registry } = deps;
  const tokens = options.tokens ?? createTokens(options.token ?? null);
  const access = createAccess({ ...options, tokens });
  const metrics = createHttpMetrics(registry, deps.clock);
  const sockets = new Set<Socket>();
  let address = options.listen;
  let stopping = false;

  const server = createServer((request, response) => {
    metrics.observe(request, response);
    if (stopping) response.setHeader('Connection', 'close');
    // A request that was running when stop came leaves an idle connection behind, which would hold stop up.
    response.once('close', () => stopping && setImmediate(() => server.closeIdleConnections()));
    const refusal = access.check(request);
    if (refusal) {
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value);
      sendText(response, refusal.status, refusal.detail);
      return;
    }
    const path = pathOf(request);
    if (path === '/-/healthy') sendText(response, 200, 'healthy\n');
    else if (path === '/-/ready') sendReadiness(response, stopping, options.readiness());
    else if (path === '/metrics') void sendMetrics(registry, response, log);
    else if (path === '/-/reload' && options.reload) void reload(request, response, options.reload);
    else options.handler(request, response);
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  return {
    get address() {
      return address;
    },
    async start() {
      const { host, port } = options.listen;
      if (!isLoopback(host) && !tokens.isRequired) {
        throw new Error(
          `Cannot listen on ${host}:${port}: only loopback may be used without authentication. ` +
            'Set auth.token_file in tocsin.yaml, or listen on 127.0.0.1.',
        );
      }
      await listen(server, options.listen);
      const bound = server.address() as AddressInfo;
      address = { host, port: bound.port };
      return address;
    },
    async stop(graceMs = 3_000) {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = deps.clock.setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      cut.cancel();
    },
  };
}

/** The request's path without its query. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** The parameters of its URL. */
export function parametersOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(searchOf(request));
}

/** What stands behind the `?`, as it was sent. */
export function searchOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

function listen(server: ReturnType<typeof createServer>, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice: Partial<Record<string, string>> = {
        EADDRINUSE:
          'the port is in use. Stop what uses it, or choose another with --listen or listen: in tocsin.yaml',
        EACCES: 'this user may not use the port. Choose one above 1023',
        EADDRNOTAVAIL: 'this machine has no such address',
      };
      reject(
        new Error(`Cannot listen on ${host}:${port}: ${advice[error.code ?? ''] ?? error.message}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function sendReadiness(response: ServerResponse, stopping: boolean, readiness: Readiness): void {
  if (stopping) sendText(response, 503, 'stopping\n');
  else if (readiness.ready) sendText(response, 200, 'ready\n');
  else sendText(response, 503, `${readiness.reason}\n`);
}

async function sendMetrics(registry: MetricsRegistry, response: ServerResponse, log: Log): Promise<void> {
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': OPENMETRICS });
    response.end(text);
  } catch (error) {
    log.error({ err: error }, 'cannot collect own metrics');
    sendText(response, 500, 'Cannot collect metrics: see the log\n');
  }
}

async function reload(
  request: IncomingMessage,
  response: ServerResponse,
  action: () => Promise<void>,
): Promise<void> {
  if (request.method !== 'POST' && request.method !== 'PUT') {
    response.setHeader('Allow', 'POST, PUT');
    sendText(response, 405, 'Reloading needs POST or PUT\n');
    return;
  }
  try {
    await action();
    sendText(response, 200, 'reloaded\n');
  } catch (error) {
    sendText(response, 500, `Cannot reload: ${error instanceof Error ? error.message : error}\n`);
  }
}
