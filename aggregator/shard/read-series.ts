import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { CompiledMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import { tooManyToRead } from '@tocsin/query/guarded-storage.ts';
import type { SeriesSource } from '@tocsin/query/storage.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import { ColumnArena } from '../head/column-arena.ts';
import type { Head, HeadView } from '../head/head.ts';
import type { Place } from '../head/ordered-times.ts';
import { mergeColumns, NO_SAMPLES, type SampleColumns } from '../head/sample-columns.ts';
import type { Lendable, SeriesLender } from '../lent/series-lender.ts';
import type { StoredSeries } from '../partition/partition.ts';
import type { HeldPartition, PartitionStore } from '../partition/partition-store.ts';
import { openEntry } from '../partition/read-entry.ts';
import { chooseTiers } from '../rollup/choose-tiers.ts';
import { joinRollups } from '../rollup/join-rollups.ts';
import { compiledMatchers, selectRemembered } from '../series/remembered-selections.ts';
import { selectSeriesInTurns } from '../series/select-series.ts';
import { HeadNumbers } from './head-numbers.ts';
import type { SelectMessage } from './shard-owner.ts';

export interface ReadDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly store: PartitionStore;
  readonly head: Head;
}

/** Those found in files: by their number in the head, or by their labels when it has none. */
interface FoundInFiles {
  readonly byNumber: Map<number, FilesSeries>;
  readonly byLabels: Map<string, FilesSeries>;
}

const headNumbers = new HeadNumbers();

/** What the series of one selection have in common. */
interface Reading {
  readonly head: HeadView;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly arena: ColumnArena;
  /** Whether one series is read into the memory of the one before. */
  readonly isReused: boolean;
}

/** A series of which all there is is in memory: most of those that rules and pages ask for. As small as it may be, for there are thousands. */
class HeadSeries implements SeriesSource, Lendable {
  readonly labels: Labels;
  readonly #places: readonly Place[];
  readonly #reading: Reading;

  constructor(labels: Labels, places: readonly Place[], reading: Reading) {
    this.labels = labels;
    this.#places = places;
    this.#reading = reading;
  }

  read(): SeriesColumns {
    const { head, minTimestampMs, maxTimestampMs, arena, isReused } = this.#reading;
    if (isReused) arena.reuse();
    return { labels: this.labels, ...head.read(this.#places, minTimestampMs, maxTimestampMs, arena) };
  }

  lendTo(lender: SeriesLender): boolean {
    const { head, minTimestampMs, maxTimestampMs } = this.#reading;
    lender.setRange(minTimestampMs, maxTimestampMs);
    return head.lend(this.#places, minTimestampMs, maxTimestampMs, lender);
  }
}

/** What there is of a series in one place. */
interface Piece {
  read(arena: ColumnArena): SampleColumns;
  lend(lender: SeriesLender): boolean;
}

class HeadPiece implements Piece {
  readonly #places: readonly Place[];
  readonly #reading: Reading;

  constructor(places: readonly Place[], reading: Reading) {
    this.#places = places;
    this.#reading = reading;
  }

  read(arena: ColumnArena): SampleColumns {
    const { head, minTimestampMs, maxTimestampMs } = this.#reading;
    return head.read(this.#places, minTimestampMs, maxTimestampMs, arena);
  }

  lend(lender: SeriesLender): boolean {
    const { head, minTimestampMs, maxTimestampMs } = this.#reading;
    return head.lend(this.#places, minTimestampMs, maxTimestampMs, lender);
  }
}

/** Of what cannot be decoded nothing comes, and the file is taken out of service. */
class FilePiece implements Piece {
  readonly #store: PartitionStore;
  readonly #held: HeldPartition;
  readonly #stored: StoredSeries;

  constructor(store: PartitionStore, held: HeldPartition, stored: StoredSeries) {
    this.#store = store;
    this.#held = held;
    this.#stored = stored;
  }

  read(arena: ColumnArena): SampleColumns {
    try {
      return this.#stored.read(arena);
    } catch (error) {
      this.#store.quarantineOn(error, this.#held.entry);
      return NO_SAMPLES;
    }
  }

  lend(lender: SeriesLender): boolean {
    return this.#stored.lend(lender);
  }
}

const NO_PIECES: Piece[] = [];
const FEW_PIECES = 4;

/** A series with samples in files, and perhaps in memory. */
class FilesSeries implements SeriesSource, Lendable {
  readonly labels: Labels;
  readonly #reading: Reading;
  #pieces: Piece[] = NO_PIECES;

  constructor(labels: Labels, reading: Reading) {
    this.labels = labels;
    this.#reading = reading;
  }

  add(piece: Piece): void {
    // Most have one or two; a list that grows as it likes makes room for sixteen more, for each of thousands of series.
    if (this.#pieces.length < FEW_PIECES) this.#pieces = [...this.#pieces, piece];
    else this.#pieces.push(piece);
  }

  read(): SeriesColumns {
    const { arena, isReused } = this.#reading;
    if (isReused) arena.reuse();
    return { labels: this.labels, ...joined(this.#pieces, arena) };
  }

  lendTo(lender: SeriesLender): boolean {
    const { minTimestampMs, maxTimestampMs } = this.#reading;
    lender.setRange(minTimestampMs, maxTimestampMs);
    for (const piece of this.#pieces) if (!piece.lend(lender)) return false;
    return true;
  }
}

function joined(pieces: readonly Piece[], arena: ColumnArena): SampleColumns {
  if (pieces.length === 1) return pieces[0]!.read(arena);
  const read = pieces.map((piece) => piece.read(arena));
  return read.some(({ rollups }) => rollups) ? joinRollups(read, arena) : mergeColumns(read, arena);
}

/** Samples from sealed files and from memory, as one series each. */
export async function readSeries(
  deps: ReadDeps,
  selection: SelectMessage,
  signal: AbortSignal,
): Promise<SeriesColumns[]> {
  const pause = createPause(deps.clock, signal);
  const { samplesMax = Number.POSITIVE_INFINITY } = selection;
  const result: SeriesColumns[] = [];
  let samples = 0;
  for (const found of await openAll(deps, selection, signal, new ColumnArena(), false)) {
    await pause();
    const columns = found.read();
    samples += columns.timestampsMs.length;
    if (samples > samplesMax) throw tooManyToRead(samplesMax);
    if (columns.timestampsMs.length > 0) result.push(columns);
  }
  return result;
}

/** The same series, each decoded when it is read, into the same memory: the arena's. */
export function openSeries(
  deps: ReadDeps,
  selection: SelectMessage,
  signal: AbortSignal,
  arena = new ColumnArena(),
): Promise<SeriesSource[]> {
  return openAll(deps, selection, signal, arena, true);
}

async function openAll(
  deps: ReadDeps,
  selection: SelectMessage,
  signal: AbortSignal,
  arena: ColumnArena,
  isReused: boolean,
): Promise<SeriesSource[]> {
  const { minTimestampMs, maxTimestampMs } = selection;
  const compiled = compiledMatchers(selection.matchers);
  const pause = createPause(deps.clock, signal);
  // Both at once: a range that is sealed meanwhile is still in the one or already in the other.
  const held = deps.store.hold(minTimestampMs, maxTimestampMs);
  const head = deps.head.view();
  const reading: Reading = { head, minTimestampMs, maxTimestampMs, arena, isReused };
  // A series that comes later has no samples of this moment, and must not be found in only one of two partitions.
  const seriesCount = head.table.seriesCount;
  const { byNumber, byLabels } = await openFiles(
    deps,
    held,
    compiled,
    selection,
    seriesCount,
    pause,
    reading,
  );
  const result: SeriesSource[] = [...byLabels.values()];
  let inHead = 0;
  const selecting = createPause(deps.clock, signal, 1);
  for (const series of await selectRemembered(head.table, selection.matchers, selecting)) {
    if (series >= seriesCount) break;
    if (series % 16 === 0) await pause();
    const places = head.placesOf(series, minTimestampMs, maxTimestampMs);
    if (places === null) continue;
    inHead++;
    const known = byNumber.size > 0 ? byNumber.get(series) : undefined;
    if (known) known.add(new HeadPiece(places, reading));
    else result.push(new HeadSeries(head.table.labelsOf(series), places, reading));
  }
  for (const found of byNumber.values()) result.push(found);
  if (inHead > 0) selection.report?.('head', inHead);
  return result;
}

async function openFiles(
  { disk, store, head }: ReadDeps,
  held: readonly HeldPartition[],
  matchers: readonly CompiledMatcher[],
  selection: SelectMessage,
  seriesCount: number,
  pause: () => Promise<void>,
  reading: Reading,
): Promise<FoundInFiles> {
  const { table } = head;
  const found: FoundInFiles = { byNumber: new Map(), byLabels: new Map() };
  try {
    for (const { held: one, minTimestampMs, maxTimestampMs, columns } of chooseTiers(held, selection)) {
      const partition = await store.openHeld(one);
      if (partition === null) continue;
      const { index } = partition;
      const series = await selectSeriesInTurns(index, matchers, pause);
      if (series.length === 0) continue;
      selection.report?.(one.entry.tier, series.length);
      try {
        const blocks = store.blocksOf(one);
        const runs = openEntry(disk, one, partition, series, minTimestampMs, maxTimestampMs, columns, blocks);
        for await (const run of runs) {
          for (const stored of run) {
            if (stored.series % 16 === 0) await pause();
            const number = stored.series;
            const inHead = headNumbers.numberOf(index, table, number);
            const known =
              inHead >= 0 && inHead < seriesCount
                ? foundBy(found.byNumber, inHead, reading, () => table.labelsOf(inHead))
                : foundBy(found.byLabels, labelsKey(index.labelsOf(number)), reading, () =>
                    index.labelsOf(number),
                  );
            known.add(new FilePiece(store, one, stored));
          }
        }
      } catch (error) {
        store.quarantineOn(error, one.entry);
      }
    }
  } finally {
    for (const one of held) await one.release();
  }
  return found;
}

/** The series, whichever partition it was found in first. */
function foundBy<K>(all: Map<K, FilesSeries>, key: K, reading: Reading, labels: () => Labels): FilesSeries {
  let found = all.get(key);
  if (!found) {
    found = new FilesSeries(labels(), reading);
    all.set(key, found);
  }
  return found;
}
