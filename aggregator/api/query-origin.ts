import type { IncomingMessage } from 'node:http';
import { pathOf } from '@tocsin/runtime/http/server.ts';
import type { QueryOrigin } from './query-request.ts';

const CHARACTERS_MAX = 300;

/** Who sent a request. What it says of itself is believed: it is shown to people, and decides nothing. */
export function originOf(request: IncomingMessage): QueryOrigin {
  const said = (name: string): string => String(request.headers[name] ?? '').slice(0, CHARACTERS_MAX);
  return {
    clientIp: request.socket.remoteAddress ?? '',
    method: request.method ?? '',
    path: pathOf(request),
    program: said('user-agent'),
    forwardedFor: said('x-forwarded-for'),
    // The dashboard's own, or Grafana's.
    page: said('x-tocsin-page') || said('x-dashboard-title') || said('x-dashboard-uid'),
  };
}
