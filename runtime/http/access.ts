import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback, type ListenAddress } from '../listen-address.ts';

export interface AccessOptions {
  readonly listen: ListenAddress;
  readonly allowedHosts?: readonly string[];
  readonly token?: string | null;
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
  const tokenDigest = options.token ? digest(options.token) : null;
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
      if (tokenDigest && !OPEN_PATHS.has(request.url ?? '') && !carries(request, tokenDigest)) {
        return refuse(
          401,
          'A token is needed: send it as "Authorization: Bearer TOKEN", or as the password.\n',
          {
            'WWW-Authenticate': 'Basic realm="tocsin", charset="UTF-8"',
          },
        );
      }
      return null;
    },
  };
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

function carries(request: IncomingMessage, tokenDigest: Buffer): boolean {
  const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ', 2);
  let token = '';
  if (scheme?.toLowerCase() === 'bearer') token = credentials;
  else if (scheme?.toLowerCase() === 'basic') {
    const decoded = Buffer.from(credentials, 'base64').toString();
    token = decoded.slice(decoded.indexOf(':') + 1);
  }
  return timingSafeEqual(digest(token), tokenDigest);
}

/** Of equal length whatever the token's, so that comparing tells nothing. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
