import type { RecentQueries } from '../recent/recent-queries.ts';
import type { Question, RecentQuery, RunningQuery } from '../recent/recent-query.ts';
import { badParameter } from './api-error.ts';
import { type Endpoint, valueAnswer } from './endpoint.ts';
import { isoTime } from './iso-time.ts';

/** In what order the queries come: what each is sorted by, the most first. */
const ORDERS: Readonly<Record<string, (one: RecentQuery) => number>> = {
  newest: ({ atMs }) => atMs,
  slowest: ({ tookMs }) => tookMs,
  samples: ({ samples }) => samples ?? 0,
};

/**
 * `/api/tocsin/v1/queries`: the queries that run and those asked lately, in the form of the query log. `order` is `newest`,
 * `slowest` or `samples`; those that run come first in any.
 */
export function createRecentEndpoint(recent: RecentQueries): Endpoint {
  return async ({ parameters }) => {
    const order = parameters.get('order') ?? 'newest';
    const by = Object.hasOwn(ORDERS, order) ? ORDERS[order] : undefined;
    if (by === undefined)
      throw badParameter(
        'order',
        `unknown order ${JSON.stringify(order)}; there are newest, slowest and samples`,
      );
    const limit = parameters.limit('limit');
    const ended = recent.ended().toSorted((a, b) => by(b) - by(a));
    const all = [...recent.running().map(runningJson), ...ended.map(endedJson)];
    return valueAnswer({
      since: isoTime(recent.sinceMs),
      queries: limit > 0 ? all.slice(0, limit) : all,
    });
  };
}

function runningJson(one: RunningQuery): unknown {
  const { soFarMs, others } = one;
  return { ...asked(one), status: 'running', durationSeconds: soFarMs / 1_000, others };
}

function endedJson(one: RecentQuery): unknown {
  const { tookMs, series, samples, error } = one;
  return {
    ...asked(one),
    status: error === null ? 'success' : 'error',
    durationSeconds: tookMs / 1_000,
    series,
    samples,
    ...(error !== null && { error }),
  };
}

function asked(
  one: Question & { readonly id: number; readonly atMs: number },
): Readonly<Record<string, unknown>> {
  const { clientIp: clientIP, method, path, program: userAgent, forwardedFor, page } = one.origin;
  return {
    id: one.id,
    time: isoTime(one.atMs),
    language: one.language,
    params: {
      query: one.query,
      start: isoTime(one.startMs),
      end: isoTime(one.endMs),
      step: one.stepMs / 1_000,
    },
    httpRequest: { clientIP, method, path, userAgent, forwardedFor, page },
  };
}
