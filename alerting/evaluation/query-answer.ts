import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import { QueryFailure } from './query-failure.ts';

/**
 * The samples in an answer of the Prometheus HTTP API, already parsed from JSON. Checked by hand: a round of a thousand
 * rules has as many answers, and a schema's check of each sample costs more than all the rest.
 * @throws QueryFailure for errors, and for what is no answer
 */
export function samplesOfAnswer(answer: unknown, httpStatus: number): readonly QuerySample[] {
  if (!isObject(answer) || typeof answer['status'] !== 'string')
    throw new QueryFailure('unreachable', `the aggregator answers ${httpStatus} and no query result`);
  const { status, data } = answer;
  if (status !== 'success' || !isObject(data)) {
    const error = typeof answer['error'] === 'string' ? answer['error'] : null;
    throw new QueryFailure(
      isRefusal(httpStatus, answer['errorType'], error ?? '') ? 'refused' : 'unreachable',
      error ?? `the aggregator answers ${httpStatus}`,
    );
  }
  const { resultType, result } = data;
  if (resultType === 'vector' && Array.isArray(result)) return result.map(sampleOf);
  if (resultType === 'scalar') return [{ labels: [], value: pointValue(result) }];
  throw new QueryFailure('refused', `rule result is a ${resultType}, it must be a vector or a scalar`);
}

/** 503 is a query that took too long, which is the query's fault, or a server that has no room, which is not. */
function isRefusal(httpStatus: number, errorType: unknown, error: string): boolean {
  // Within a batch only the type tells.
  if (errorType === 'unavailable' || errorType === 'internal' || errorType === 'canceled') return false;
  return httpStatus !== 503 || errorType === 'timeout' || /timed? ?out/i.test(error);
}

function sampleOf(entry: unknown): QuerySample {
  if (!isObject(entry) || !isObject(entry['metric'])) throw new QueryFailure('unreachable', NO_SAMPLE);
  // A sample holds a native histogram instead of a value when it has no `value`.
  const value = entry['value'] === undefined ? Number.NaN : pointValue(entry['value']);
  return { labels: labelsOf(entry['metric']), value };
}

const NO_SAMPLE = "the aggregator's answer holds something that is no sample";

function labelsOf(metric: Readonly<Record<string, unknown>>): Labels {
  for (const name in metric)
    if (typeof metric[name] !== 'string') throw new QueryFailure('unreachable', NO_SAMPLE);
  return labelsFromObject(metric as Readonly<Record<string, string>>);
}

/** Of `[seconds, "value"]`; `+Inf`, `-Inf` and `NaN` as Prometheus writes them. */
function pointValue(point: unknown): number {
  const text: unknown = Array.isArray(point) ? point[1] : null;
  if (typeof text !== 'string') throw new QueryFailure('unreachable', NO_SAMPLE);
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
