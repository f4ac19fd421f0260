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
