/** The times a query is evaluated at: start, start + step, ... (`count` of them). */
export interface Steps {
  readonly startMs: number;
  /** 0 when there is one step. */
  readonly stepMs: number;
  readonly count: number;
}

export function stepTime(steps: Steps, index: number): number {
  return steps.startMs + index * steps.stepMs;
}

export function lastTime(steps: Steps): number {
  return steps.startMs + (steps.count - 1) * steps.stepMs;
}
