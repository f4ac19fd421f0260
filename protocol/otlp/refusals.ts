import type { PartialSuccess } from './export-response.ts';
import { REFUSAL_REASONS_MAX } from './limits.ts';

/** Counts what of a good request is refused, by reason, for the partial success of the answer. */
export interface Refusals {
  add(reason: string, count?: number): void;
  readonly rejected: number;
  /** `REFUSAL_REASONS_MAX` reasons are named, the rest only counted. */
  partialSuccess(): PartialSuccess;
}

export function createRefusals(): Refusals {
  const byReason = new Map<string, number>();
  let rejected = 0;
  let unnamed = 0;
  return {
    add(reason, count = 1) {
      if (count <= 0) return;
      rejected += count;
      const known = byReason.get(reason);
      if (known === undefined && byReason.size >= REFUSAL_REASONS_MAX) unnamed += count;
      else byReason.set(reason, (known ?? 0) + count);
    },
    get rejected() {
      return rejected;
    },
    partialSuccess() {
      const reasons = Array.from(byReason, ([reason, count]) => `${count} refused: ${reason}`);
      if (unnamed > 0) reasons.push(`${unnamed} refused for further reasons`);
      return { rejected, errorMessage: reasons.join('; ') };
    },
  };
}
