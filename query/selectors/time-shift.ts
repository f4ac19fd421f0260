import { durationSeconds } from '@tocsin/protocol/promql/constant-duration.ts';
import type { Duration, TimeShift } from '@tocsin/protocol/promql/expr.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import { lastTime } from '../steps.ts';

/** The times a selector looks at: at step i `firstMs + i * stepMs`. With `@` the step is 0. */
export interface ReferenceTimes {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly lastMs: number;
}

export function referenceTimes(evaluation: Evaluation, shift: TimeShift): ReferenceTimes {
  const { steps, query } = evaluation;
  const offsetMs = shift.offset === null ? 0 : signedMs(evaluation, shift.offset);
  const { at } = shift;
  if (at === null) {
    return { firstMs: steps.startMs - offsetMs, stepMs: steps.stepMs, lastMs: lastTime(steps) - offsetMs };
  }
  const pinned = at.kind === 'time' ? at.timestampMs : at.kind === 'start' ? query.startMs : lastTime(query);
  return { firstMs: pinned - offsetMs, stepMs: 0, lastMs: pinned - offsetMs };
}

/** A duration of the query in whole milliseconds; throws when it is not more than 0. */
export function positiveMs(evaluation: Evaluation, duration: Duration): number {
  const milliseconds = signedMs(evaluation, duration);
  if (milliseconds <= 0)
    throw new QueryError('bad_data', `duration must be greater than 0, got ${milliseconds / 1000}s`);
  return milliseconds;
}

function signedMs(evaluation: Evaluation, duration: Duration): number {
  const { query } = evaluation;
  const seconds = durationSeconds(duration, {
    stepMs: query.stepMs,
    rangeMs: lastTime(query) - query.startMs,
  });
  if (!Number.isFinite(seconds))
    throw new QueryError('bad_data', `duration must be a finite number, got ${seconds}`);
  return Math.round(seconds * 1000);
}
