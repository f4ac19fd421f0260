import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { getLabel, type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { writeStale } from '@tocsin/protocol/series/stale.ts';
import type { Selection, SeriesSource, Storage } from '../storage.ts';

type Value = number | Histogram | 'stale';

interface MemorySample {
  readonly timestampMs: number;
  readonly value: Value;
  readonly startMs: number;
}

interface MemorySeries {
  readonly labels: Labels;
  readonly samples: MemorySample[];
}

/** A storage that holds what it is given: for tests of queries and rules. */
export class MemoryStorage implements Storage {
  readonly #series = new Map<string, MemorySeries>();

  /** Adds a sample, with when its counter began (0: not known); of two at the same time the later one stays. */
  add(labels: Labels, timestampMs: number, value: Value, startMs = 0): void {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, samples: [] };
      this.#series.set(key, series);
    }
    const { samples } = series;
    let at = samples.length;
    while (at > 0 && samples[at - 1]!.timestampMs > timestampMs) at--;
    const replaces = at > 0 && samples[at - 1]!.timestampMs === timestampMs;
    samples.splice(replaces ? at - 1 : at, replaces ? 1 : 0, { timestampMs, value, startMs });
  }

  async select({ matchers, minTimestampMs, maxTimestampMs }: Selection): Promise<SeriesColumns[]> {
    const compiled = matchers.map(compileMatcher);
    const result: SeriesColumns[] = [];
    for (const { labels, samples } of this.#series.values()) {
      if (!compiled.every((matcher) => matcher.matches(getLabel(labels, matcher.matcher.name)))) continue;
      const inside = samples.filter(
        ({ timestampMs }) => timestampMs > minTimestampMs && timestampMs <= maxTimestampMs,
      );
      if (inside.length > 0) result.push(toColumns(labels, inside));
    }
    return result;
  }

  async open(selection: Selection): Promise<SeriesSource[]> {
    const memory = new SharedColumns();
    return (await this.select(selection)).map((columns) => new OpenedSeries(columns, memory));
  }
}

/** As small as a storage may be: every series is read into the same two columns. */
class SharedColumns {
  #timestampsMs = new Float64Array(0);
  #values = new Float64Array(0);

  hold(columns: SeriesColumns): SeriesColumns {
    const length = columns.values.length;
    if (length > this.#values.length) {
      this.#timestampsMs = new Float64Array(length);
      this.#values = new Float64Array(length);
    }
    this.#timestampsMs.fill(Number.NaN).set(columns.timestampsMs);
    this.#values.fill(Number.NaN).set(columns.values);
    return {
      ...columns,
      timestampsMs: this.#timestampsMs.subarray(0, length),
      values: this.#values.subarray(0, length),
    };
  }
}

class OpenedSeries implements SeriesSource {
  readonly labels: Labels;
  readonly #columns: SeriesColumns;
  readonly #memory: SharedColumns;

  constructor(columns: SeriesColumns, memory: SharedColumns) {
    this.labels = columns.labels;
    this.#columns = columns;
    this.#memory = memory;
  }

  read(): SeriesColumns {
    return this.#memory.hold(this.#columns);
  }
}

function toColumns(labels: Labels, samples: MemorySeries['samples']): SeriesColumns {
  const timestampsMs = Float64Array.from(samples, ({ timestampMs }) => timestampMs);
  const values = new Float64Array(samples.length);
  const histograms = samples.map(({ value }) => (typeof value === 'object' ? value : null));
  samples.forEach(({ value }, i) => {
    if (value === 'stale') writeStale(values, i);
    else values[i] = typeof value === 'number' ? value : Number.NaN;
  });
  const startsMs = Float64Array.from(samples, ({ startMs }) => startMs);
  const columns = { labels, timestampsMs, values, ...(startsMs.some((ms) => ms !== 0) && { startsMs }) };
  return histograms.some((histogram) => histogram !== null) ? { ...columns, histograms } : columns;
}
