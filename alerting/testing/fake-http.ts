import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import {
  type HttpAnswer,
  type HttpClient,
  HttpFailure,
  type HttpRequest,
} from '@tocsin/runtime/http/client.ts';

/** A network with an aggregator and webhooks on it, answering at once. */
export interface FakeHttp extends HttpClient {
  /** What an expression yields; an absent one yields nothing. */
  readonly results: Map<string, readonly { readonly labels: Labels; readonly value: number }[]>;
  /** True: nothing answers queries. */
  aggregatorDown: boolean;
  /** Requests by path prefix; return null to let the default answer. */
  handler: (request: HttpRequest) => Promise<HttpAnswer | null> | HttpAnswer | null;
  readonly posted: { readonly url: string; readonly body: unknown; readonly key: string }[];
  readonly writes: Uint8Array[];
}

export function httpAnswer(status: number, body: string): HttpAnswer {
  const bytes = Buffer.from(body);
  return { status, headers: {}, body: bytes, text: () => body };
}

const BATCH = '/api/tocsin/v1/query_batch';

export function createFakeHttp(): FakeHttp {
  const vector = (query: string) => ({
    status: 'success',
    data: {
      resultType: 'vector',
      result: (fake.results.get(query) ?? []).map(({ labels, value }) => ({
        metric: labelsToObject(labels),
        value: [0, value === Number.POSITIVE_INFINITY ? '+Inf' : String(value)],
      })),
    },
  });
  const fake: FakeHttp = {
    results: new Map(),
    aggregatorDown: false,
    handler: () => null,
    posted: [],
    writes: [],
    async send(request) {
      const special = await fake.handler(request);
      if (special) return special;
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/api/v1/') || pathname === BATCH) {
        if (fake.aggregatorDown) throw new HttpFailure('unreachable', 'Cannot reach the aggregator: refused');
        if (pathname === '/api/v1/write') {
          fake.writes.push(Buffer.from(request.body ?? ''));
          return httpAnswer(204, '');
        }
        if (pathname === BATCH) {
          const { queries }: { queries: readonly { query: string }[] } = JSON.parse(String(request.body));
          const results = queries.map(({ query }) => vector(query));
          return httpAnswer(200, JSON.stringify({ status: 'success', data: { results } }));
        }
        const query = new URLSearchParams(String(request.body)).get('query') ?? '';
        return httpAnswer(200, JSON.stringify(vector(query)));
      }
      fake.posted.push({
        url: request.url,
        body: JSON.parse(String(request.body)),
        key: request.headers?.['idempotency-key'] ?? '',
      });
      return httpAnswer(200, 'ok');
    },
    close: () => undefined,
  };
  return fake;
}
