import { isStale } from '@tocsin/protocol/series/stale.ts';
import type { StreamGroup } from './stream-group.ts';

/** What became of an input's sample. */
export type InputVerdict = 'accepted' | 'repeated' | 'conflicting' | 'late' | 'overfull';

/**
 * One series as a rule takes it in: the samples of windows that are not closed yet, in the order of their time, and the
 * last one before them.
 */
export class StreamInput {
  /** Its number in the owner's table. */
  series: number;
  /** The rule's id. */
  readonly rule: string;
  /** Null while it has nothing to tell the group: it is known, and has been quiet for too long. */
  group: StreamGroup | null = null;
  timesMs: number[] = [];
  values: number[] = [];
  /** When each sample's counter began, 0 where that is not known; null while it is known of none. */
  startsMs: number[] | null = null;
  /** The last sample of closed windows; -Infinity: there was none. */
  lastMs = Number.NEGATIVE_INFINITY;
  lastValue = Number.NaN;
  lastStartMs = 0;
  /** Whether the next sample's increase is counted from that one. */
  hasBaseline = false;

  constructor(series: number, rule: string) {
    this.series = series;
    this.rule = rule;
  }

  add(timeMs: number, value: number, startMs: number): InputVerdict {
    if (isStale(value)) return 'accepted';
    const { timesMs, values } = this;
    let at = timesMs.length;
    while (at > 0 && timesMs[at - 1]! > timeMs) at--;
    if (at > 0 && timesMs[at - 1] === timeMs)
      return Object.is(values[at - 1], value) ? 'repeated' : 'conflicting';
    if (startMs !== 0) this.startsMs ??= timesMs.map(() => 0);
    if (at === timesMs.length) {
      timesMs.push(timeMs);
      values.push(value);
      this.startsMs?.push(startMs);
    } else {
      timesMs.splice(at, 0, timeMs);
      values.splice(at, 0, value);
      this.startsMs?.splice(at, 0, startMs);
    }
    return 'accepted';
  }

  /** How many of the samples from `from` on are not after `endMs`. */
  countUntil(endMs: number, from: number): number {
    let to = from;
    while (to < this.timesMs.length && this.timesMs[to]! <= endMs) to++;
    return to - from;
  }

  /** Forgets the first samples; they were counted. */
  drop(count: number): void {
    if (count === 0) return;
    this.timesMs.splice(0, count);
    this.values.splice(0, count);
    this.startsMs?.splice(0, count);
    if (this.timesMs.length === 0) this.startsMs = null;
  }
}
