import { FIRST_NOTIFICATION, type OutboxRow } from '../../store/outbox.ts';

/** What a receiver would be told now. */
export interface GroupState {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

export type DedupDecision =
  | { readonly notify: true; readonly reason: string }
  | { readonly notify: false; readonly reason: string };

/**
 * Whether a group's receiver has to hear of it again, given what it was last told (Alertmanager's DedupStage):
 * a new firing alert, all resolved, a new resolved one where it wants those, or the repeat interval is over. The
 * reasons are Alertmanager's, for webhooks carry them.
 */
export function decideDedup(
  last: Pick<OutboxRow, 'firing' | 'resolved' | 'createdMs'> | null,
  now: GroupState,
  options: { readonly sendResolved: boolean; readonly repeatIntervalMs: number; readonly timeMs: number },
): DedupDecision {
  if (!last) {
    return now.firing.length > 0
      ? { notify: true, reason: FIRST_NOTIFICATION }
      : { notify: false, reason: 'all resolved before anybody was told' };
  }
  if (!isSubset(now.firing, last.firing)) {
    return { notify: true, reason: last.firing.length === 0 ? FIRST_NOTIFICATION : 'new alerts added' };
  }
  if (now.firing.length === 0) {
    return last.firing.length > 0
      ? { notify: true, reason: 'all alerts resolved' }
      : { notify: false, reason: 'nothing fires, and the receiver knows' };
  }
  if (options.sendResolved && !isSubset(now.resolved, last.resolved))
    return { notify: true, reason: 'some alerts resolved' };
  // A clock set back must not silence a group for longer than the interval.
  const elapsedMs = Math.abs(options.timeMs - last.createdMs);
  if (elapsedMs >= options.repeatIntervalMs) return { notify: true, reason: 'repeat interval elapsed' };
  return { notify: false, reason: 'the receiver was told already' };
}

function isSubset(small: readonly string[], large: readonly string[]): boolean {
  const known = new Set(large);
  return small.every((each) => known.has(each));
}
