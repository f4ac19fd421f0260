/** When to start a part that ended again: at once the first time, later the more often it ends soon. */
export interface RestartBackoff {
  /** Call when the part ended; says how long to wait, in milliseconds. */
  next(ranForMs: number): number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 30_000;
// A part that ran this long was healthy; what happened before no longer counts.
const HEALTHY_AFTER_MS = 60_000;

export function createRestartBackoff(): RestartBackoff {
  let soonEnds = 0;
  return {
    next(ranForMs) {
      soonEnds = ranForMs >= HEALTHY_AFTER_MS ? 0 : soonEnds + 1;
      if (soonEnds <= 1) return 0;
      return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (soonEnds - 2));
    },
  };
}
