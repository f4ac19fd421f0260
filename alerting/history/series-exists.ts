import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { QueryFailure } from '../evaluation/query-failure.ts';

/** Whether a series that fits the selector has samples in a span of time. @throws QueryFailure */
export type SeriesExists = (selector: string, fromMs: number, toMs: number) => Promise<boolean>;

const TIMEOUT_MS = 20_000;

export function createSeriesExists(http: HttpClient, aggregatorUrl: string): SeriesExists {
  return async (selector, fromMs, toMs) => {
    const form = new URLSearchParams({
      'match[]': selector,
      start: String(fromMs / 1000),
      end: String(toMs / 1000),
      limit: '1',
    });
    const answer = await http
      .send({
        method: 'POST',
        url: `${aggregatorUrl}/api/v1/series`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        timeoutMs: TIMEOUT_MS,
      })
      .catch((error: unknown) => {
        throw new QueryFailure('unreachable', error instanceof Error ? error.message : String(error), error);
      });
    const found: unknown = answer.status === 200 ? Reflect.get(JSON.parse(answer.text()), 'data') : null;
    if (!Array.isArray(found))
      throw new QueryFailure('refused', `the aggregator answers ${answer.status} for ${selector}`);
    return found.length > 0;
  };
}
