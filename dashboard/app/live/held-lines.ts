import { bareName, type Line } from '../series/line.ts';

/** The points of one expression that are known without asking, from `fromSeconds` through `throughSeconds`. */
export interface HeldLines {
  readonly fromSeconds: number;
  readonly throughSeconds: number;
  readonly stepSeconds: number;
  readonly lines: readonly Line[];
}

/** What a live answer brings: the points from `fromSeconds` through `throughSeconds`, in place of those held. */
export interface LivePart {
  readonly fromSeconds: number;
  readonly throughSeconds: number;
  readonly lines: readonly Line[];
}

/**
 * Joins what is held with what came; points before `keepSeconds` are dropped. A part that does not join on, because something
 * between is missing, is refused: undefined.
 */
export function joinPart(held: HeldLines, part: LivePart, keepSeconds: number): HeldLines | undefined {
  if (part.fromSeconds > held.throughSeconds + held.stepSeconds) return undefined;
  if (part.throughSeconds < held.throughSeconds && part.throughSeconds < part.fromSeconds) return undefined;
  const fresh = new Map(part.lines.map((line) => [bareName(line.labels), line]));
  const joined: Line[] = [];
  const add = (labels: Line['labels'], old: Line | undefined, young: Line | undefined) => {
    const times: number[] = [];
    const values: number[] = [];
    const take = (line: Line | undefined, wanted: (time: number) => boolean) => {
      for (const [index, time] of (line?.times ?? []).entries()) {
        const value = line?.values[index];
        if (value === undefined || time < keepSeconds || !wanted(time)) continue;
        times.push(time);
        values.push(value);
      }
    };
    take(old, (time) => time < part.fromSeconds);
    take(young, (time) => time >= part.fromSeconds && time <= part.throughSeconds);
    take(old, (time) => time > part.throughSeconds);
    if (times.length > 0) joined.push({ name: '', labels, times, values });
  };
  for (const line of held.lines) {
    const key = bareName(line.labels);
    add(line.labels, line, fresh.get(key));
    fresh.delete(key);
  }
  for (const line of fresh.values()) add(line.labels, undefined, line);
  return {
    fromSeconds: Math.max(held.fromSeconds, keepSeconds),
    throughSeconds: Math.max(held.throughSeconds, part.throughSeconds),
    stepSeconds: held.stepSeconds,
    lines: joined,
  };
}

/** The points within a time; undefined when they are not all held. */
export function cutHeld(
  held: HeldLines,
  fromSeconds: number,
  throughSeconds: number,
): readonly Line[] | undefined {
  if (held.fromSeconds > fromSeconds || held.throughSeconds < throughSeconds) return undefined;
  return held.lines.flatMap((line) => {
    const first = line.times.findIndex((time) => time >= fromSeconds);
    if (first < 0) return [];
    const after = line.times.findIndex((time) => time > throughSeconds);
    const end = after < 0 ? line.times.length : after;
    if (first >= end) return [];
    return [{ ...line, times: line.times.slice(first, end), values: line.values.slice(first, end) }];
  });
}
