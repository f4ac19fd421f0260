/**
 * Milliseconds to the next moment whose remainder by the period is `offsetMs`: rounds stay where they are in
 * their period whatever each of them takes. A moment that is all but here counts as past, because timers may
 * fire a little early.
 */
export function untilPhase(nowMs: number, periodMs: number, offsetMs: number): number {
  const phase = (nowMs - offsetMs) % periodMs;
  const remaining = periodMs - (phase < 0 ? phase + periodMs : phase);
  return remaining < periodMs / 10 ? remaining + periodMs : remaining;
}
