import { fingerprint } from '@tocsin/protocol/alertmanager/alert.ts';

/**
 * When a group is evaluated: every interval, at an offset that its name decides, so that the groups of one file
 * do not all ask at the same moment and each keeps its own across restarts (as Prometheus' groups do).
 */
export function offsetMs(file: string, group: string, intervalMs: number): number {
  return Number.parseInt(fingerprint([file, group]).slice(0, 8), 16) % intervalMs;
}

/** The first moment of the group's own at or behind `timeMs`. */
export function nextEvaluationMs(timeMs: number, intervalMs: number, offset: number): number {
  const phase = (((timeMs - offset) % intervalMs) + intervalMs) % intervalMs;
  return phase === 0 ? timeMs : timeMs + intervalMs - phase;
}

export interface Turn {
  /** The time to evaluate for. */
  readonly timeMs: number;
  /** When it is the group's turn again. */
  readonly nextMs: number;
  /** Moments of the group's own that went by without an evaluation. */
  readonly missed: number;
}

/** What to do when the timer for `dueMs` fires at `nowMs` of the wall clock. */
export function takeTurn(at: {
  readonly nowMs: number;
  readonly dueMs: number;
  readonly intervalMs: number;
  readonly offsetMs: number;
}): Turn {
  const { nowMs, dueMs, intervalMs } = at;
  // A clock set back, or far ahead, is followed at once.
  const stepped = Math.abs(nowMs - dueMs) > intervalMs;
  const timeMs = stepped ? nowMs : dueMs;
  // Timers may fire a millisecond early by the wall clock: the moment they fired for is not one to come.
  const nextMs = nextEvaluationMs(Math.max(nowMs, timeMs) + 1, intervalMs, at.offsetMs);
  // Late by whole intervals: those evaluations will not be made up for.
  return { timeMs, nextMs, missed: Math.max(0, Math.round((nextMs - dueMs) / intervalMs) - 1) };
}
