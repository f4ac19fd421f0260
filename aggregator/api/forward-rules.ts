import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Forwarder } from '@tocsin/runtime/http/forward.ts';
import { sendJson } from '@tocsin/runtime/http/server.ts';

const TIMEOUT_MS = 30_000;
const BODY_BYTES_MAX = 1 << 20;

const EMPTY: Readonly<Record<string, unknown>> = {
  '/api/v1/rules': { groups: [] },
  '/api/v1/alerts': { alerts: [] },
};

/** Answers `rules` and `alerts` with what alerting says, and as empty when there is no alerting. */
export function createRulesForwarder(
  forwarder: Forwarder,
  config: { readonly alertingUrl: string | null; readonly token: string | null },
) {
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (config.alertingUrl === null) {
      sendJson(response, 200, { status: 'success', data: EMPTY[path] });
      return;
    }
    const query = request.url?.slice(path.length) ?? '';
    const outcome = await forwarder.forward(request, response, {
      url: `${config.alertingUrl}${path}${query}`,
      token: config.token,
      timeoutMs: TIMEOUT_MS,
      bodyBytesMax: BODY_BYTES_MAX,
    });
    if (outcome.kind === 'unreachable' || outcome.kind === 'too-large') {
      const detail =
        outcome.kind === 'unreachable'
          ? `alerting cannot be reached: ${outcome.detail}`
          : 'the request is too large';
      sendJson(response, 503, { status: 'error', errorType: 'unavailable', error: detail });
    }
  };
}
