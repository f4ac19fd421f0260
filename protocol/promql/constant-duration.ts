import type { Duration } from './expr.ts';

/** What a duration may refer to. */
export interface QueryTimes {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/** The duration in seconds; NaN or infinite where the arithmetic says so. */
export function durationSeconds(duration: Duration, times: QueryTimes): number {
  switch (duration.kind) {
    case 'literal':
      return duration.seconds;
    case 'step':
      return times.stepMs / 1000;
    case 'range':
      return times.rangeMs / 1000;
    case 'paren':
      return durationSeconds(duration.operand, times);
    case 'sign':
      return (duration.operator === '-' ? -1 : 1) * durationSeconds(duration.operand, times);
    case 'extreme': {
      const pick = duration.function === 'min_of' ? Math.min : Math.max;
      return pick(durationSeconds(duration.left, times), durationSeconds(duration.right, times));
    }
    case 'operation': {
      const left = durationSeconds(duration.left, times);
      const right = durationSeconds(duration.right, times);
      switch (duration.operator) {
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '*':
          return left * right;
        case '/':
          return left / right;
        case '%':
          return left % right;
        case '^':
          return left ** right;
      }
    }
  }
}

/** True when the duration is the same in every query. */
export function isConstantDuration(duration: Duration): boolean {
  switch (duration.kind) {
    case 'literal':
      return true;
    case 'step':
    case 'range':
      return false;
    case 'paren':
    case 'sign':
      return isConstantDuration(duration.operand);
    default:
      return isConstantDuration(duration.left) && isConstantDuration(duration.right);
  }
}
