import type { Request } from 'express';

const reading = new Set(['GET', 'HEAD']);

/**
 * Whether a request may change something. Browsers say where it comes from: it must be this very origin, not just
 * any page of this machine. Programs, which send neither header, may.
 */
export function mayChange(request: Request): boolean {
  if (reading.has(request.method ?? '')) return true;
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  // A proxy in front may speak TLS, so the scheme is not compared.
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
