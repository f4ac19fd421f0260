import { BlockList, isIP } from 'node:net';

/** Through whom a request goes. */
export interface HttpProxy {
  /** http:, https:, socks5: or socks5h:, with user and password where the proxy asks for them. */
  readonly url: string;
  /** Sent with CONNECT, which is how https: URLs are reached. */
  readonly connectHeaders?: Readonly<Record<string, string>>;
}

const PROTOCOLS = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** Whether requests can go through what the URL names. */
export function isProxyUrl(url: string): boolean {
  return URL.canParse(url) && PROTOCOLS.has(new URL(url).protocol) && new URL(url).hostname !== '';
}

/**
 * Whether `url` is requested without a proxy: as in Go's httpproxy, of which Prometheus' and Alertmanager's settings
 * speak, this machine itself and what `noProxy` lists. An entry is `*`, an address, a subnet, a domain (with those below
 * it; a dot or `*.` before it leaves only those below), any but the first and the third with a port after a colon.
 */
export function isExempt(url: string, noProxy: string): boolean {
  const { hostname, protocol, port: written } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = written || (protocol === 'https:' ? '443' : '80');
  const family = isIP(host);
  if (host === 'localhost' || host === '::1' || (family === 4 && host.startsWith('127.'))) return true;
  return noProxy.split(',').some((entry) => matches(entry.trim().toLowerCase(), host, family, port));
}

function matches(entry: string, host: string, family: number, port: string): boolean {
  if (entry === '*') return true;
  const [, subnet, bits] = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry) ?? [];
  if (subnet !== undefined && isIP(subnet) !== 0) return isWithin(host, family, subnet, Number(bits));
  const [, bracketed, bare, entryPort] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  const name = (bracketed ?? bare)?.replace(/^\*(?=\.)/, '');
  if (!name || (entryPort !== undefined && entryPort !== port)) return false;
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || (family === 0 && host.endsWith(`.${name}`));
}

function isWithin(host: string, family: number, subnet: string, bits: number): boolean {
  const subnetFamily = isIP(subnet);
  if (family !== subnetFamily || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(subnet, bits, kind);
  return list.check(host, kind);
}

/** The proxy the environment names for `url` (HTTP_PROXY, HTTPS_PROXY, NO_PROXY, or in small letters); null for none. */
export function proxyFromEnvironment(
  url: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null {
  const of = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
  const named = of(new URL(url).protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (named === '' || isExempt(url, of('NO_PROXY'))) return null;
  return named.includes('://') ? named : `http://${named}`;
}
