import type { Route } from '../../routing/route.ts';
import { containsTime } from '../../routing/time-interval.ts';
import type { TimeInterval } from '../../routing/time-interval-schema.ts';
import { type Stage, withhold } from '../flush.ts';

type Intervals = ReadonlyMap<string, readonly TimeInterval[]>;

/** Holds the whole group back outside of its active and inside of its mute time intervals. */
export function muteStage(intervals: Intervals): Stage {
  return (flush) => {
    const muted = mutedBy(flush.group.route, intervals, flush.timeMs);
    return muted === null ? flush : withhold(flush, () => ({ kind: 'muted', ...muted }));
  };
}

/** Why the route is mute at that time, or null. */
export function mutedBy(
  route: Route,
  intervals: Intervals,
  timeMs: number,
): { readonly reason: string; readonly by: readonly string[] } | null {
  const within = (name: string) =>
    (intervals.get(name) ?? []).some((interval) => containsTime(interval, timeMs));
  const active = route.activeTimeIntervals;
  if (active.length > 0 && !active.some(within))
    return { reason: `outside of its active time intervals ${active.join(', ')}`, by: active };
  const mute = route.muteTimeIntervals.filter(within);
  return mute.length === 0 ? null : { reason: `within mute time interval ${mute.join(', ')}`, by: mute };
}
