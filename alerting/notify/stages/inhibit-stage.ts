import type { Inhibitor } from '../../inhibition/inhibitor.ts';
import { type Stage, withhold } from '../flush.ts';

/** Holds back what another firing alert inhibits. */
export function inhibitStage(inhibitor: Inhibitor): Stage {
  return (flush) =>
    withhold(flush, (alert) => {
      const found = inhibitor.inhibitedBy(alert, flush.timeMs);
      if (!found) return null;
      return {
        kind: 'inhibited',
        reason: `inhibited by alert ${found.by} through inhibit rule ${found.rule}`,
        by: [found.by],
      };
    });
}
