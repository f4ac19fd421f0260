import type { IncomingMessage } from 'node:http';
import { isLoopback, type ListenAddress } from '../listen-address.ts';
import type { Tokens } from './tokens.ts';

export interface AccessOptions {
  readonly listen: ListenAddress;
  readonly allowedHosts?: readonly string[];
  readonly tokens: Tokens;
  /** Where a sender's token is good for, and no further. */
  readonly sendPaths?: ReadonlySet<string>;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
}

// A load balancer's probe carries no token.
const OPEN_PATHS = new Set(['/-/healthy', '/-/ready']);

/**
 * Who may speak to a server. A page on any site can make a browser on this machine send requests to loopback,
 * and by DNS rebinding even read the answers; so the Host header must be one of ours, and an Origin header,
 * which browsers add to requests that change something and to WebSockets, must be too. What changes something must
 * come from a page of this very server, or of a host allowed by name: another program of this machine may serve
 * pages that are not to be trusted.
 */
export function createAccess(options: AccessOptions): { check(request: IncomingMessage): Refusal | null } {
  const hosts = new Set(
    [options.listen.host, ...(options.allowedHosts ?? [])].map((host) => host.toLowerCase()),
  );
  const { tokens, sendPaths = new Set<string>() } = options;
  const knownHost = (host: string) => isLoopback(host) || hosts.has(host);
  const named = new Set((options.allowedHosts ?? []).map((host) => host.toLowerCase()));
  const mayComeFrom = (origin: string, request: IncomingMessage): boolean => {
    const host = hostName(origin);
    if (host === null || !knownHost(host)) return false;
    // A proxy in front may speak TLS, so the scheme is not compared.
    return (
      !changes(request) || named.has(host) || new URL(origin).host === request.headers.host?.toLowerCase()
    );
  };

  return {
    check(request) {
      const host = hostName(`http://${request.headers.host ?? ''}`);
      if (host === null || !knownHost(host)) {
        return refuse(
          403,
          `Host "${request.headers.host ?? ''}" is not served here. Add it to allowed_hosts in tocsin.yaml.\n`,
        );
      }
      const { origin } = request.headers;
      if (origin !== undefined && !mayComeFrom(origin, request)) {
        return refuse(403, `Requests from pages of "${origin}" are refused.\n`);
      }
      const site = request.headers['sec-fetch-site'];
      if (origin === undefined && changes(request) && (site === 'cross-site' || site === 'same-site')) {
        return refuse(403, 'Requests from pages of other sites are refused.\n');
      }
      return tokenRefusal(request);
    },
  };

  function tokenRefusal(request: IncomingMessage): Refusal | null {
    const path = (request.url ?? '').split('?', 1)[0]!;
    if (OPEN_PATHS.has(path)) return null;
    const holder = tokens.holderOf(request);
    const sends = sendPaths.has(path);
    if (holder.kind === 'shared' || (holder.kind === 'sender' && sends)) return null;
    // One that is mistyped would send under no name.
    if (!tokens.isRequired && !(holder.kind === 'unknown' && sends)) return null;
    if (holder.kind === 'sender')
      return refuse(403, `The token of sender "${holder.name}" is good for sending only.\n`);
    const detail = 'A token is needed: send it as "Authorization: Bearer TOKEN", or as the password.\n';
    const unknown = 'The token is not known here: see auth in tocsin.yaml.\n';
    return refuse(401, tokens.isRequired ? detail : unknown, {
      'WWW-Authenticate': 'Basic realm="tocsin", charset="UTF-8"',
    });
  }
}

function changes(request: IncomingMessage): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD';
}

function refuse(status: 401 | 403, detail: string, headers: Readonly<Record<string, string>> = {}): Refusal {
  return { status, detail, headers };
}

/** Lower case, without port and brackets; null when the URL has none. */
function hostName(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const name = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return name === '' ? null : name;
}
