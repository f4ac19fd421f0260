import { getLabel, type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { SeriesRange } from '../api/series-reader.ts';
import type { Head } from '../head/head.ts';
import { mergeColumns, type SampleColumns, sliceColumns } from '../head/sample-columns.ts';
import type { HeldPartition, PartitionStore } from '../partition/partition-store.ts';
import { readEntry } from '../partition/read-entry.ts';
import { chooseTiers } from '../rollup/choose-tiers.ts';
import { mergeRollups } from '../rollup/merge-rollups.ts';
import { resolutionOf } from '../rollup/roll-up-due.ts';
import { BY_COLUMN, rollupSamples } from '../rollup/rollup-samples.ts';
import { isSingleWindow, singleWindowSamples } from '../rollup/single-window.ts';
import type { LabelIndex } from '../series/label-index.ts';
import { type SeriesNumbers, union } from '../series/postings.ts';
import { selectSeries } from '../series/select-series.ts';
import { createPause } from './pause.ts';
import type { SelectMessage } from './shard-owner.ts';

export interface ReadDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly store: PartitionStore;
  readonly head: Head;
}

interface Found {
  readonly labels: Labels;
  readonly pieces: SampleColumns[];
  /** Roll-ups by their resolution. */
  readonly windows: Map<number, SampleColumns[]>;
}

/** Samples from sealed files and from memory, as one series each. */
export async function readSeries(
  deps: ReadDeps,
  selection: SelectMessage,
  signal: AbortSignal,
): Promise<SeriesColumns[]> {
  const { minTimestampMs, maxTimestampMs } = selection;
  const compiled = selection.matchers.map(compileMatcher);
  const pause = createPause(deps.clock, signal);
  // Both at once: a range that is sealed meanwhile is still in the one or already in the other.
  const held = deps.store.hold(minTimestampMs, maxTimestampMs);
  const head = deps.head.view();
  const fromFiles = await readFiles(deps, held, compiled, selection, pause);
  const result: SeriesColumns[] = [];
  for (const series of selectSeries(head.table, compiled)) {
    await pause();
    const columns = head.read(series, minTimestampMs, maxTimestampMs);
    if (columns.timestampsMs.length === 0) continue;
    const labels = head.table.labelsOf(series);
    const known = fromFiles.size > 0 ? fromFiles.get(labelsKey(labels)) : undefined;
    if (known) known.pieces.push(columns);
    else result.push({ labels, ...columns });
  }
  for (const { labels, pieces, windows } of fromFiles.values()) {
    const columns = joinTiers(pieces, windows, selection);
    if (columns.timestampsMs.length > 0) result.push({ labels, ...columns });
  }
  return result;
}

/** Raw samples and roll-ups of one series as samples. */
function joinTiers(
  pieces: readonly SampleColumns[],
  windows: ReadonlyMap<number, readonly SampleColumns[]>,
  selection: SelectMessage,
): SampleColumns {
  const raw = mergeColumns(pieces);
  const fn = selection.hints?.function ?? null;
  const [only] = windows.values();
  if (only === undefined) return raw;
  const isSingle = windows.size === 1 && isSingleWindow(selection) && !raw.histograms;
  if (isSingle && only[0]!.rollups && !BY_COLUMN.has(fn ?? ''))
    return singleWindowSamples(mergeRollups(only), raw, selection);
  const { minTimestampMs, maxTimestampMs } = selection;
  const samples = Array.from(windows.values(), (parts) =>
    sliceColumns(rollupSamples(mergeRollups(parts), fn), minTimestampMs, maxTimestampMs),
  );
  return mergeColumns([raw, ...samples]);
}

async function readFiles(
  { disk, store }: ReadDeps,
  held: readonly HeldPartition[],
  matchers: readonly CompiledMatcher[],
  selection: SelectMessage,
  pause: () => Promise<void>,
): Promise<Map<string, Found>> {
  const { minTimestampMs, maxTimestampMs } = selection;
  const found = new Map<string, Found>();
  try {
    for (const one of chooseTiers(held, selection)) {
      const partition = await store.openHeld(one);
      if (partition === null) continue;
      const { index } = partition;
      const reach = resolutionOf(one.entry);
      const series = selectSeries(index, matchers);
      if (series.length === 0) continue;
      try {
        for await (const { series: number, columns } of readEntry(
          disk,
          one,
          partition,
          series,
          minTimestampMs,
          maxTimestampMs + reach,
        )) {
          await pause();
          if (columns.timestampsMs.length === 0) continue;
          const labels = index.labelsOf(number);
          const key = labelsKey(labels);
          let known = found.get(key);
          if (!known) {
            known = { labels, pieces: [], windows: new Map() };
            found.set(key, known);
          }
          if (!columns.rollups) known.pieces.push(columns);
          else known.windows.set(reach, [...(known.windows.get(reach) ?? []), columns]);
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

/** The label sets with samples in the range, by their key. Sealed files are asked by range, not by series. */
export async function findLabelSets(
  deps: ReadDeps,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<Map<string, Labels>> {
  const found = new Map<string, Labels>();
  const pause = createPause(deps.clock, signal);
  for await (const { index, series } of indexesOf(deps, range)) {
    for (const number of series) {
      await pause();
      const labels = index.labelsOf(number);
      found.set(labelsKey(labels), labels);
    }
  }
  return found;
}

/** The names of labels, or the values of one, over the series with samples in the range. */
export async function findLabelTexts(
  deps: ReadDeps,
  name: string | null,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<Set<string>> {
  const texts = new Set<string>();
  const pause = createPause(deps.clock, signal);
  for await (const { index, series, isAll } of indexesOf(deps, range)) {
    if (isAll) {
      if (name === null) for (const one of index.names()) texts.add(one);
      else for (const [value] of index.valuesOf(name)) texts.add(value);
      continue;
    }
    for (const number of series) {
      await pause();
      const labels = index.labelsOf(number);
      if (name !== null) {
        const value = getLabel(labels, name);
        if (value !== '') texts.add(value);
      } else for (let i = 0; i < labels.length; i += 2) texts.add(labels[i]!);
    }
  }
  return texts;
}

interface IndexSelection {
  readonly index: LabelIndex;
  readonly series: SeriesNumbers;
  /** True when that is every series of the index. */
  readonly isAll: boolean;
}

async function* indexesOf(
  { store, head: now }: ReadDeps,
  range: SeriesRange,
): AsyncGenerator<IndexSelection> {
  const sets = range.matcherSets.map((set) => set.map(compileMatcher));
  const selectAny = (index: LabelIndex): SeriesNumbers =>
    sets.length === 0 ? index.all() : union(sets.map((matchers) => selectSeries(index, matchers)));
  const held = store.hold(range.startMs - 1, range.endMs);
  const head = now.view();
  try {
    for (const one of held) {
      const partition = await store.openHeld(one);
      if (partition === null) continue;
      const isAll = sets.length === 0 && one.entry.tombstones.length === 0;
      const gone = one.entry.tombstones.map(({ matchers, fromMs, toMs }) =>
        fromMs <= one.entry.minTimestampMs && toMs >= one.entry.maxTimestampMs
          ? new Set(selectSeries(partition.index, matchers.map(compileMatcher)))
          : new Set<number>(),
      );
      const series = selectAny(partition.index).filter((number) => !gone.some((set) => set.has(number)));
      yield { index: partition.index, series, isAll };
    }
  } finally {
    for (const one of held) await one.release();
  }
  const series = selectAny(head.table).filter((number) =>
    head.hasSamples(number, range.startMs, range.endMs),
  );
  yield { index: head.table, series, isAll: false };
}
