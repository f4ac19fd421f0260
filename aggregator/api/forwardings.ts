import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Forwarder } from '@tocsin/runtime/http/forward.ts';
import { sendJson } from '@tocsin/runtime/http/server.ts';

export interface ForwardingsConfig {
  /** Null when there is none to ask. */
  readonly alertingUrl: string | null;
  readonly agentUrl: string | null;
  readonly token: string | null;
}

export type Forwarding = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const TIMEOUT_MS = 30_000;
const BODY_BYTES_MAX = 1 << 20;
const RULES_BYTES_MAX = 16 << 20;
const NO_TARGETS = { activeTargets: [], droppedTargets: [], droppedTargetCounts: {} };

/** The paths of Prometheus' API that another part answers, and what is answered where there is no such part. */
export function createForwardings(
  forwarder: Forwarder,
  { alertingUrl, agentUrl, token }: ForwardingsConfig,
): ReadonlyMap<string, Forwarding> {
  const to =
    (part: string, url: string | null, path: string, without: unknown): Forwarding =>
    async (request, response) => {
      if (url === null) {
        sendJson(response, 200, { status: 'success', data: without });
        return;
      }
      const query = request.url?.slice(path.length) ?? '';
      const target = {
        url: `${url}${path}${query}`,
        token,
        timeoutMs: TIMEOUT_MS,
        bodyBytesMax: BODY_BYTES_MAX,
      };
      const outcome = await forwarder.forward(request, response, target);
      if (outcome.kind === 'unreachable') refuse(response, `${part} cannot be reached: ${outcome.detail}`);
      else if (outcome.kind === 'too-large') refuse(response, 'the request is too large');
    };
  return new Map([
    ['/api/v1/rules', to('alerting', alertingUrl, '/api/v1/rules', { groups: [] })],
    ['/api/v1/alerts', to('alerting', alertingUrl, '/api/v1/alerts', { alerts: [] })],
    ['/api/v1/targets', to('the agent', agentUrl, '/api/v1/targets', NO_TARGETS)],
    ['/api/v1/scrape_pools', to('the agent', agentUrl, '/api/v1/scrape_pools', { scrapePools: [] })],
  ]);
}

const RULER = /^\/config\/v1\/rules(\/|$)/;

export function isRulerPath(path: string): boolean {
  return RULER.test(path);
}

/** Rules are written where they are evaluated; null when there is no alerting to write them to. */
export function createRulerForwarding(
  forwarder: Forwarder,
  { alertingUrl, token }: Pick<ForwardingsConfig, 'alertingUrl' | 'token'>,
): Forwarding | null {
  if (alertingUrl === null) return null;
  return async (request, response) => {
    const target = {
      url: `${alertingUrl}${request.url ?? ''}`,
      token,
      timeoutMs: TIMEOUT_MS,
      bodyBytesMax: RULES_BYTES_MAX,
    };
    const outcome = await forwarder.forward(request, response, target);
    if (outcome.kind === 'unreachable') refuse(response, `alerting cannot be reached: ${outcome.detail}`);
    else if (outcome.kind === 'too-large') refuse(response, 'the request is too large');
  };
}

function refuse(response: ServerResponse, detail: string): void {
  sendJson(response, 503, { status: 'error', errorType: 'unavailable', error: detail });
}
