import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';

/** Remembers which series the last round had, so that those that end can be said to have ended. */
export interface Staleness {
  /** Notes this round's series; returns a staleness marker at `atMs` for each of the last round that is missing. */
  next(series: Iterable<Labels>, atMs: number): readonly WriteSeries[];
}

export function createStaleness(): Staleness {
  let previous = new Map<string, Labels>();
  return {
    next(series, atMs) {
      const current = new Map<string, Labels>();
      for (const labels of series) current.set(labelsKey(labels), labels);
      const ended: WriteSeries[] = [];
      for (const [key, labels] of previous) if (!current.has(key)) ended.push(staleMarker(labels, atMs));
      previous = current;
      return ended;
    },
  };
}

function staleMarker(labels: Labels, atMs: number): WriteSeries {
  const values = new Float64Array(1);
  writeStale(values, 0);
  return { labels, timestampsMs: Float64Array.of(atMs), values };
}
