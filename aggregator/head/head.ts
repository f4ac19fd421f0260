import { ProtobufReader } from '@tocsin/protocol/protobuf/reader.ts';
import { type HistogramMessage, readHistogram } from '@tocsin/protocol/remote-write/histogram.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import type { SeriesLender } from '../lent/series-lender.ts';
import type { AggregatorLimits } from '../limits.ts';
import { SeriesTable } from '../series/series-table.ts';
import type { Batch, ExemplarEntry, HistogramEntry } from '../shard/batch.ts';
import { ACCEPTED, CONFLICTING, REPEATED } from './append-verdict.ts';
import type { ColumnArena } from './column-arena.ts';
import { ExemplarRing } from './exemplar-ring.ts';
import { MetadataTable } from './metadata-table.ts';
import { OpenPools } from './open-chunks.ts';
import type { Place } from './ordered-times.ts';
import { RangeHead } from './range-head.ts';
import { mergeColumns, NO_SAMPLES, type SampleColumns } from './sample-columns.ts';

/** The length of the ranges in which samples are held in memory and sealed. */
export const RANGE_MS = 2 * 3_600_000;

export interface ApplyResult {
  samples: number;
  histograms: number;
  exemplars: number;
  repeated: number;
}

/** Called for each sample whose timestamp already has another value. */
export type OnConflict = (series: number, timestampMs: number) => void;

/** True when the sample's range has been sealed with this record in it: applying it again must not revive it. */
export type IsSealed = (rangeStartMs: number) => boolean;

export interface HeadView {
  readonly table: SeriesTable;
  /** Where the series' samples in (minTimestampMs, maxTimestampMs] are, which stays true; null when there are none. */
  placesOf(series: number, minTimestampMs: number, maxTimestampMs: number): readonly Place[] | null;
  /** Those samples. */
  read(
    places: readonly Place[],
    minTimestampMs: number,
    maxTimestampMs: number,
    arena: ColumnArena,
  ): SampleColumns;
  /** Lends those samples; false, and some may be written down, where they are not floats in order. */
  lend(
    places: readonly Place[],
    minTimestampMs: number,
    maxTimestampMs: number,
    lender: SeriesLender,
  ): boolean;
  /** The ranges that overlap [fromMs, toMs]. */
  rangesIn(fromMs: number, toMs: number): readonly RangeHead[];
}

/** What a shard owner holds in memory: its series and the ranges that are not sealed yet. */
export class Head {
  table: SeriesTable;
  exemplars: ExemplarRing;
  readonly metadata: MetadataTable;
  readonly pools = new OpenPools();
  /** Open ranges by their start. */
  readonly ranges = new Map<number, RangeHead>();
  /** Ranges being written to partitions, oldest first: no more samples go in. */
  sealing: readonly RangeHead[] = [];

  constructor(seed: number, limits: AggregatorLimits) {
    this.table = new SeriesTable(seed);
    this.exemplars = new ExemplarRing(limits.exemplarsMax);
    this.metadata = new MetadataTable(limits.metadataMax);
  }

  /** Adds what a durable record holds; `position` is the record's, `nowMs` when it came. */
  apply(
    batch: Batch,
    position: LogPosition,
    nowMs: number,
    onConflict: OnConflict,
    isSealed: IsSealed | null = null,
  ): ApplyResult {
    const result: ApplyResult = { samples: 0, histograms: 0, exemplars: 0, repeated: 0 };
    const { count, series, timestampsMs, values, startsMs } = batch;
    let range: RangeHead | null = null;
    let skipFromMs = 0;
    let skipToMs = -1;
    for (let i = 0; i < count; i++) {
      const timestampMs = timestampsMs[i]!;
      if (range === null || timestampMs < range.startMs || timestampMs >= range.endMs) {
        if (timestampMs >= skipFromMs && timestampMs < skipToMs) continue;
        const startMs = rangeStart(timestampMs);
        if (isSealed?.(startMs)) {
          skipFromMs = startMs;
          skipToMs = startMs + RANGE_MS;
          continue;
        }
        range = this.#range(startMs, position, nowMs);
      }
      const counterStartMs = startsMs === null ? 0 : startsMs[i]!;
      const verdict = range.append(series[i]!, timestampMs, values[i]!, counterStartMs);
      if (verdict === ACCEPTED) result.samples++;
      else if (verdict === REPEATED) result.repeated++;
      else onConflict(series[i]!, timestampMs);
    }
    for (const entry of batch.histograms)
      this.#applyHistogram(entry, position, nowMs, result, onConflict, isSealed);
    for (const entry of batch.exemplars) this.#applyExemplar(entry, result);
    for (const metadata of batch.metadata) this.metadata.set(metadata);
    return result;
  }

  /** What is in memory now: ranges stay readable after they were sealed, so a reader sees one moment. */
  view(): HeadView {
    const ranges = [...this.sealing, ...this.ranges.values()];
    const inOrder = [...ranges].sort((a, b) => a.startMs - b.startMs);
    const overlap = inOrder.some((range, i) => range.startMs === inOrder[i - 1]?.startMs);
    return {
      table: this.table,
      placesOf(series, minTimestampMs, maxTimestampMs) {
        let places: Place[] | null = null;
        for (const range of inOrder) {
          if (range.startMs > maxTimestampMs || range.endMs <= minTimestampMs) continue;
          const slot = range.slotOf(series);
          if (slot >= 0 && range.countOrdered(slot, minTimestampMs, maxTimestampMs) !== 0)
            // A list that grows by itself makes room for sixteen more, for each of thousands of series.
            places = places === null ? [{ range, slot }] : [...places, { range, slot }];
        }
        return places;
      },
      read: (places, minTimestampMs, maxTimestampMs, arena) =>
        readPlaces(places, overlap, minTimestampMs, maxTimestampMs, arena),
      lend: (places, minTimestampMs, maxTimestampMs, lender) =>
        !overlap && lendPlaces(places, minTimestampMs, maxTimestampMs, lender),
      rangesIn: (fromMs, toMs) => inOrder.filter((range) => range.startMs <= toMs && range.endMs > fromMs),
    };
  }

  /** Marks, by number, the series that have samples in memory. */
  liveSeries(): Uint8Array {
    const live = new Uint8Array(this.table.seriesCount);
    for (const range of [...this.sealing, ...this.ranges.values()])
      for (const series of range.series()) live[series] = 1;
    return live;
  }

  /**
   * Goes over to a table with the series marked in `kept`, which are those with samples in memory at least; nobody may be
   * reading or writing. Returns the new numbers by the old ones.
   */
  useTable(table: SeriesTable, kept: Uint8Array): Uint32Array {
    const numberOf = new Uint32Array(this.table.seriesCount);
    const keptNumbers = new Map<number, number>();
    for (const [series, isKept] of kept.entries()) {
      if (isKept === 0) continue;
      // What came after the table was begun is added now.
      const key = this.table.keyOf(series);
      numberOf[series] = table.addKey(key, 0, key.length);
      keptNumbers.set(series, numberOf[series]!);
    }
    for (const range of [...this.sealing, ...this.ranges.values()]) range.renumber(numberOf);
    this.exemplars = this.exemplars.renumbered(keptNumbers);
    this.table = table;
    return numberOf;
  }

  #range(startMs: number, position: LogPosition, nowMs: number): RangeHead {
    let range = this.ranges.get(startMs);
    if (!range) {
      range = new RangeHead(startMs, RANGE_MS, position, this.pools);
      this.ranges.set(startMs, range);
    }
    range.touchedMs = nowMs;
    return range;
  }

  #applyHistogram(
    entry: HistogramEntry,
    position: LogPosition,
    nowMs: number,
    result: ApplyResult,
    onConflict: OnConflict,
    isSealed: IsSealed | null,
  ): void {
    const startMs = rangeStart(entry.timestampMs);
    if (isSealed?.(startMs)) return;
    const sample = decodeHistogramMessage(entry.message);
    if (sample === null) return;
    const verdict = this.#range(startMs, position, nowMs).appendHistogram(
      entry.series,
      entry.timestampMs,
      sample.histogram,
      sample.startTimestampMs,
    );
    if (verdict === ACCEPTED) result.histograms++;
    else if (verdict === REPEATED) result.repeated++;
    else if (verdict === CONFLICTING) onConflict(entry.series, entry.timestampMs);
  }

  #applyExemplar(entry: ExemplarEntry, result: ApplyResult): void {
    this.exemplars.add(entry);
    result.exemplars++;
  }
}

function readPlaces(
  places: readonly Place[],
  overlap: boolean,
  minTimestampMs: number,
  maxTimestampMs: number,
  arena: ColumnArena,
): SampleColumns {
  const ordered = overlap ? null : readOrdered(places, minTimestampMs, maxTimestampMs, arena);
  if (ordered) return ordered;
  return mergeColumns(places.map(({ range, slot }) => range.readSlot(slot, minTimestampMs, maxTimestampMs)));
}

function lendPlaces(
  places: readonly Place[],
  minTimestampMs: number,
  maxTimestampMs: number,
  lender: SeriesLender,
): boolean {
  for (const { range, slot } of places) {
    if (range.countOrdered(slot, minTimestampMs, maxTimestampMs) < 0) return false;
    range.lendOrdered(slot, minTimestampMs, maxTimestampMs, lender);
  }
  return true;
}

/** The samples of ranges that follow one another, written straight into one column; null when they are not in order. */
function readOrdered(
  places: readonly Place[],
  minTimestampMs: number,
  maxTimestampMs: number,
  arena: ColumnArena,
): SampleColumns | null {
  let total = 0;
  for (const { range, slot } of places) {
    const count = range.countOrdered(slot, minTimestampMs, maxTimestampMs);
    if (count < 0) return null;
    total += count;
  }
  if (total === 0) return NO_SAMPLES;
  const { ordered } = arena;
  const values = arena.take(total);
  const isKnown = ordered.areOf(places, total, minTimestampMs, maxTimestampMs);
  const timestampsMs = isKnown ? null : arena.takeTimes(total);
  let end = 0;
  for (const { range, slot } of places) {
    const count = range.countOrdered(slot, minTimestampMs, maxTimestampMs);
    if (count === 0) continue;
    end += count;
    range.readInto(slot, minTimestampMs, maxTimestampMs, timestampsMs, values, end);
  }
  if (timestampsMs !== null) ordered.set(places, timestampsMs, minTimestampMs, maxTimestampMs);
  const { kept, from } = ordered;
  return { timestampsMs: kept, values: values.subarray(from, from + kept.length) };
}

export function rangeStart(timestampMs: number): number {
  return Math.floor(timestampMs / RANGE_MS) * RANGE_MS;
}

/** Null when the bytes hold no valid histogram, which only a newer version could have written. */
export function decodeHistogramMessage(message: Uint8Array): HistogramMessage | null {
  const read = readHistogram(new ProtobufReader(message, 'histogram'));
  return typeof read === 'string' ? null : read;
}
