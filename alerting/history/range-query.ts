import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { QueryFailure } from '../evaluation/query-failure.ts';

/** One series of a range query's answer. Points that hold a native histogram are left out. */
export interface RangeSeries {
  readonly labels: Labels;
  /** Milliseconds since the epoch, ascending. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export interface RangeQuestion {
  readonly expression: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly maxAnswerBytes?: number;
}

/** Asks for a range of time through the Prometheus HTTP API. @throws QueryFailure */
export type RangeQuery = (question: RangeQuestion) => Promise<readonly RangeSeries[]>;

export function createRangeQuery(http: HttpClient, aggregatorUrl: string): RangeQuery {
  return async ({ expression, fromMs, toMs, stepMs, timeoutMs, signal, maxAnswerBytes }) => {
    const form = new URLSearchParams({
      query: expression,
      start: String(fromMs / 1000),
      end: String(toMs / 1000),
      step: String(stepMs / 1000),
      timeout: `${timeoutMs}ms`,
    });
    const answer = await http
      .send({
        method: 'POST',
        url: `${aggregatorUrl}/api/v1/query_range`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        timeoutMs,
        ...(signal && { signal }),
        ...(maxAnswerBytes !== undefined && { maxAnswerBytes }),
      })
      .catch((error: unknown) => {
        const kind = error instanceof HttpFailure && error.kind === 'too-large' ? 'refused' : 'unreachable';
        throw new QueryFailure(kind, error instanceof Error ? error.message : String(error), error);
      });
    return readAnswer(answer.text(), answer.status);
  };
}

/** Read by hand: a month of many series is millions of points. */
function readAnswer(text: string, status: number): readonly RangeSeries[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new QueryFailure('unreachable', `the aggregator answers ${status} and no query result`);
  }
  if (field(body, 'status') !== 'success') {
    const detail = field(body, 'error');
    const message = typeof detail === 'string' ? detail : `the aggregator answers ${status}`;
    throw new QueryFailure(status >= 500 && status !== 503 ? 'unreachable' : 'refused', message);
  }
  const data = field(body, 'data');
  const result = field(data, 'result');
  if (field(data, 'resultType') !== 'matrix' || !Array.isArray(result))
    throw new QueryFailure('refused', `the aggregator answers ${status} and no matrix`);
  return result.map(readSeries);
}

function readSeries(item: unknown): RangeSeries {
  const metric = Object.entries(field(item, 'metric') ?? {}).map(([name, value]) => [name, String(value)]);
  const points = field(item, 'values');
  const list: readonly unknown[] = Array.isArray(points) ? points : [];
  const timesMs = new Float64Array(list.length);
  const values = new Float64Array(list.length);
  list.forEach((point, i) => {
    timesMs[i] = Math.round(Number(field(point, '0')) * 1000);
    values[i] = numberOf(String(field(point, '1')));
  });
  return { labels: labelsFromObject(Object.fromEntries(metric)), timesMs, values };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
