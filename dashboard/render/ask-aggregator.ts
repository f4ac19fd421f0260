import { createHttpClient, type HttpClient } from '@tocsin/runtime/http/client.ts';
import { linesOf } from '../app/series/prometheus-lines.ts';
import type { AskRange } from './draw-image.ts';

const timeoutMs = 60_000;
const answerBytesMax = 32 * 2 ** 20;
const linesMax = 40;

/** The server's own way to the aggregator, for pictures. */
export interface AggregatorAsker {
  readonly range: AskRange;
  /** The values a label has in a time, of the series that match. */
  labelValues(label: string, matcher: string, fromMs: number, toMs: number): Promise<readonly string[]>;
  close(): void;
}

export function createAggregatorAsker(url: string, token: string | null): AggregatorAsker {
  const client: HttpClient = createHttpClient({ token });
  async function get(path: string, params: URLSearchParams): Promise<unknown> {
    const answer = await client.send({
      method: 'POST',
      url: `${url.replace(/\/+$/, '')}${path}`,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'User-Agent': 'tocsin-dashboard',
      },
      body: params.toString(),
      timeoutMs,
      maxAnswerBytes: answerBytesMax,
    });
    const body: unknown = JSON.parse(answer.text());
    const data = typeof body === 'object' && body !== null ? Reflect.get(body, 'data') : undefined;
    if (answer.status === 200) return data;
    const error = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined;
    throw new Error(typeof error === 'string' ? error : `the aggregator answered ${answer.status}`);
  }
  return {
    async range(expr, { window }) {
      const params = new URLSearchParams({
        query: expr,
        start: String(window.fromMs / 1000),
        end: String(window.toMs / 1000),
        step: String(window.stepSeconds),
        limit: String(linesMax),
      });
      return linesOf(await get('/api/v1/query_range', params)).slice(0, linesMax);
    },
    async labelValues(label, matcher, fromMs, toMs) {
      const params = new URLSearchParams({
        start: String(fromMs / 1000),
        end: String(toMs / 1000),
        limit: '10000',
      });
      params.append('match[]', matcher === '' ? `{${JSON.stringify(label)}!=""}` : matcher);
      const series = await get('/api/v1/series', params);
      const values = new Set<string>();
      for (const labels of Array.isArray(series) ? series : []) {
        const value: unknown =
          typeof labels === 'object' && labels !== null ? Reflect.get(labels, label) : undefined;
        if (typeof value === 'string' && value !== '') values.add(value);
      }
      return [...values].sort();
    },
    close: () => client.close(),
  };
}
