import type { Silences } from '../../silences/silences.ts';
import { type Stage, withhold } from '../flush.ts';

/** Holds back what an active silence matches. */
export function silenceStage(silences: Silences): Stage {
  return (flush) =>
    withhold(flush, (alert) => {
      const by = silences.silencedBy(alert.labels, flush.timeMs);
      return by.length === 0 ? null : { kind: 'silenced', reason: `silenced by ${by.join(', ')}`, by };
    });
}
