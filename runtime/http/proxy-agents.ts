import { Agent, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { SocksClient } from 'socks';
import type { HttpTls } from './client.ts';
import type { HttpProxy } from './proxy.ts';

/** What a request through a proxy is made with. */
export interface ProxyAgents {
  /**
   * An agent that reaches targets of `protocol` behind a tunnel: CONNECT, or SOCKS 5. For http: URLs through an http: proxy
   * there is none, see `forwardOptions`.
   */
  agentFor(proxy: HttpProxy, protocol: 'http:' | 'https:', options: ProxyOptions): Agent;
  /** Closes idle connections. */
  destroy(): void;
}

export interface ProxyOptions {
  /** Resolves the proxy's own name; null is the system's way. */
  readonly lookup: LookupFunction | null;
  /** How an https: proxy is spoken to. */
  readonly tls: HttpTls | undefined;
}

/** More proxies than anyone names; an agent that is thrown away only loses its idle connections. */
const MAX_AGENTS = 64;
/** Until the tunnel stands. A request that gave up earlier leaves it to this. */
const TUNNEL_TIMEOUT_MS = 30_000;

/** Agents by proxy, so that tunnels are taken up again. */
export function createProxyAgents(maxSockets: number): ProxyAgents {
  const agents = new Map<string, Agent>();
  return {
    agentFor(proxy, protocol, options) {
      const { url, connectHeaders } = proxy;
      const key = JSON.stringify([url, connectHeaders, protocol, options.lookup !== null, options.tls]);
      let agent = agents.get(key);
      if (agent) return agent;
      for (const [oldest, idle] of agents) {
        if (agents.size < MAX_AGENTS) break;
        idle.destroy();
        agents.delete(oldest);
      }
      agent = createTunnelAgent(proxy, protocol, options, maxSockets);
      agents.set(key, agent);
      return agent;
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

/** Whether a URL goes to the proxy whole in the request line (RFC 9112, 3.2.2), without a tunnel. */
export function isForwarded(proxy: HttpProxy, protocol: string): boolean {
  return protocol === 'http:' && !proxy.url.startsWith('socks');
}

/** Where a forwarded request connects to, what it asks for and what it adds to its headers. */
export function forwardOptions(
  proxy: HttpProxy,
  target: URL,
): RequestOptions & { readonly headers: Readonly<Record<string, string>> } {
  const { href } = target;
  const withoutFragment = href.slice(0, href.length - target.hash.length);
  return {
    ...proxyAddress(new URL(proxy.url)),
    path: withoutFragment,
    headers: { host: target.host, ...proxyAuthorization(new URL(proxy.url)) },
  };
}

function createTunnelAgent(
  proxy: HttpProxy,
  protocol: 'http:' | 'https:',
  options: ProxyOptions,
  maxSockets: number,
): Agent {
  const agent =
    protocol === 'https:'
      ? new TlsAgent({ keepAlive: true, maxSockets })
      : new Agent({ keepAlive: true, maxSockets });
  const open = proxy.url.startsWith('socks') ? openSocks : openConnect;
  agent.createConnection = (target: RequestOptions & ConnectionOptions, done) => {
    const host = String(target.host).replace(/^\[|\]$/g, '');
    open(proxy, host, Number(target.port), options).then(
      (socket) =>
        done?.(null, protocol === 'https:' ? tlsConnect({ ...overTunnel(target, host), socket }) : socket),
      // The stream is not looked at when there is an error.
      (error: Error) => Reflect.apply(done ?? (() => undefined), undefined, [error]),
    );
    return undefined;
  };
  return agent;
}

/** The connection is there already; the host is whom the certificate must name. */
function overTunnel(target: RequestOptions & ConnectionOptions, host: string): ConnectionOptions {
  const { port: _port, path: _path, socketPath: _socketPath, ...rest } = target;
  return { ...rest, host } as ConnectionOptions;
}

function openConnect(proxy: HttpProxy, host: string, port: number, options: ProxyOptions): Promise<Socket> {
  const url = new URL(proxy.url);
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const connecting = start({
      ...proxyAddress(url),
      ...(url.protocol === 'https:' ? { ...options.tls, servername: undefined } : {}),
      ...(options.lookup ? { lookup: options.lookup } : {}),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(url), ...proxy.connectHeaders },
      agent: false,
    });
    const timer = setTimeout(
      () => connecting.destroy(new Error(`the proxy ${url.host} did not open a tunnel in time`)),
      TUNNEL_TIMEOUT_MS,
    );
    timer.unref();
    connecting.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    const refuse = (status: number | undefined) =>
      connecting.destroy(new Error(`the proxy ${url.host} answered ${status} to CONNECT`));
    // Without `connect`, that is a proxy which does not know the method.
    connecting.on('response', (answer) => refuse(answer.statusCode));
    connecting.on('connect', (answer, socket: Socket, head: Buffer) => {
      clearTimeout(timer);
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy ${url.host} answered ${answer.statusCode} to CONNECT`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connecting.end();
  });
}

async function openSocks(
  proxy: HttpProxy,
  host: string,
  port: number,
  { lookup }: ProxyOptions,
): Promise<Socket> {
  const url = new URL(proxy.url);
  const { hostname, port: proxyPort } = proxyAddress(url);
  const { socket } = await SocksClient.createConnection({
    // As Go, which leaves the target's name to the proxy whether it is called socks5 or socks5h.
    proxy: {
      host: hostname,
      port: proxyPort,
      type: 5,
      ...(url.username
        ? { userId: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
        : {}),
    },
    command: 'connect',
    destination: { host, port },
    timeout: TUNNEL_TIMEOUT_MS,
    ...(lookup ? { socket_options: { host: hostname, port: proxyPort, lookup } } : {}),
  });
  return socket;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const SOCKS_PORT = 1080;

function proxyAddress(url: URL): { readonly hostname: string; readonly port: number } {
  return {
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? SOCKS_PORT),
  };
}

function proxyAuthorization(url: URL): Readonly<Record<string, string>> {
  if (!url.username && !url.password) return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
