import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { ALERTING_LIMITS } from '../limits.ts';

/** What an expression would have yielded at each evaluation of a span of time. */
export interface PastResults {
  /** The instant vector at one of the span's evaluations. */
  at(timeMs: number): readonly QuerySample[];
  /** The first evaluation at or behind `timeMs` that yields something; null when none of the span does. */
  nextMs(timeMs: number): number | null;
}

export interface PastQuestion {
  readonly expression: string;
  /** The first evaluation of the span, and the last at most. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** The expression is asked for this much before each evaluation. */
  readonly offsetMs: number;
  readonly signal: AbortSignal;
}

const NOTHING: readonly QuerySample[] = [];

/** Asks once for all evaluations of the span. @throws QueryFailure */
export async function askPast(query: RangeQuery, question: PastQuestion): Promise<PastResults> {
  const { fromMs, toMs, stepMs, offsetMs } = question;
  const series = await query({
    expression: question.expression,
    fromMs: fromMs - offsetMs,
    toMs: toMs - offsetMs,
    stepMs,
    timeoutMs: ALERTING_LIMITS.backtestQueryMs,
    signal: question.signal,
  });
  const byStep = new Map<number, QuerySample[]>();
  for (const { labels, timesMs, values } of series) {
    for (let i = 0; i < timesMs.length; i++) {
      const step = Math.round((timesMs[i]! + offsetMs - fromMs) / stepMs);
      const samples = byStep.get(step);
      const sample = { labels, value: values[i]! };
      if (samples) samples.push(sample);
      else byStep.set(step, [sample]);
    }
  }
  const steps = [...byStep.keys()].sort((a, b) => a - b);
  let position = 0;
  return {
    at: (timeMs) => byStep.get(Math.round((timeMs - fromMs) / stepMs)) ?? NOTHING,
    nextMs(timeMs) {
      const wanted = Math.ceil((timeMs - fromMs) / stepMs);
      // Time goes forward, so that the search goes on where it was.
      if (position > 0 && steps[position - 1]! >= wanted) position = 0;
      while (position < steps.length && steps[position]! < wanted) position++;
      const step = steps[position];
      return step === undefined ? null : fromMs + step * stepMs;
    },
  };
}
