export interface ErrorBudget {
  /** The share that was good. */
  readonly good: number;
  /** What is left of the budget: 1 when nothing failed, 0 when all is used, below when more. */
  readonly left: number;
  /** How many times as fast as allowed the budget is used: 1 lasts exactly as long as the objective's window. */
  readonly burn: number;
}

/** From the share that failed (undefined when not known) and the share that must be good. */
export function budgetOf(failed: number | undefined, objective: number): ErrorBudget {
  if (failed === undefined || Number.isNaN(failed))
    return { good: Number.NaN, left: Number.NaN, burn: Number.NaN };
  const burn = failed / (1 - objective);
  return { good: 1 - failed, left: 1 - burn, burn };
}
