import { compareStrings, getLabel, type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { SeriesRange } from '../api/series-reader.ts';
import type { RangeHead } from '../head/range-head.ts';
import type { LabelIndex } from '../series/label-index.ts';
import type { SeriesNumbers } from '../series/postings.ts';
import { selectSeries, unionInTurns } from '../series/select-series.ts';
import type { SeriesTable } from '../series/series-table.ts';
import type { ReadDeps } from './read-series.ts';

/** The label sets with samples in the range, by their key. Sealed files are asked by range, not by series. */
export async function findLabelSets(
  deps: ReadDeps,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<Map<string, Labels>> {
  const found = new Map<string, Labels>();
  const pause = createPause(deps.clock, signal);
  for await (const { index, series } of indexesOf(deps, range, pause)) {
    for (const number of await series()) {
      await pause();
      const labels = index.labelsOf(number);
      found.set(labelsKey(labels), labels);
    }
  }
  return found;
}

/** The names of labels, or the values of one, over the series with samples in the range; ascending. */
export async function findLabelTexts(
  deps: ReadDeps,
  name: string | null,
  range: SeriesRange,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const texts = new Set<string>();
  const pause = createPause(deps.clock, signal);
  for await (const { index, series, isAll, live } of indexesOf(deps, range, pause)) {
    if (live) {
      const found = await liveTexts(live, name, pause);
      // Most often only what is in memory is meant.
      if (texts.size === 0) return found;
      for (const text of found) texts.add(text);
      continue;
    }
    if (isAll) {
      if (name === null) for (const one of index.names()) texts.add(one);
      else for (const [value] of index.valuesOf(name)) texts.add(value);
      continue;
    }
    for (const number of await series()) {
      await pause();
      const labels = index.labelsOf(number);
      if (name !== null) {
        const value = getLabel(labels, name);
        if (value !== '') texts.add(value);
      } else for (let i = 0; i < labels.length; i += 2) texts.add(labels[i]!);
    }
  }
  return [...texts].sort(compareStrings);
}

/** The series of the head that have samples in some of its ranges. */
interface Live {
  readonly table: SeriesTable;
  readonly ranges: readonly RangeHead[];
}

interface RememberedTexts {
  /** Of which ranges, and how many series they and the table had: none goes, and none changes its labels. */
  readonly state: string;
  readonly texts: readonly string[];
}

const REMEMBERED_NAMES_MAX = 100;
const REMEMBERED_TEXTS_MAX = 10_000;
const rememberedBy = new WeakMap<SeriesTable, Map<string | null, RememberedTexts>>();

/** The texts of live series, which pages ask for again and again while no series comes. */
async function liveTexts(
  { table, ranges }: Live,
  name: string | null,
  pause: () => Promise<void>,
): Promise<readonly string[]> {
  let remembered = rememberedBy.get(table);
  if (remembered === undefined) {
    remembered = new Map();
    rememberedBy.set(table, remembered);
  }
  const state = `${table.seriesCount} ${ranges.map(({ id, seriesCount }) => `${id}:${seriesCount}`).join()}`;
  const before = remembered.get(name);
  if (before?.state === state) return before.texts;
  const found = new Set<string>();
  const isLive = (series: number): boolean => ranges.some((range) => range.has(series));
  for (const one of name === null ? table.names() : [name])
    await addLive(found, table, one, name === null, isLive, pause);
  const texts = [...found].sort(compareStrings);
  if (texts.length > REMEMBERED_TEXTS_MAX) return texts;
  if (remembered.size >= REMEMBERED_NAMES_MAX) remembered.clear();
  remembered.set(name, { state, texts });
  return texts;
}

/** Adds the values of the label that a live series carries, or the name when one does: most often the first asked is. */
async function addLive(
  texts: Set<string>,
  index: LabelIndex,
  name: string,
  isNameWanted: boolean,
  isLive: (series: number) => boolean,
  pause: () => Promise<void>,
): Promise<void> {
  for (const [value, carriers] of index.valuesOf(name)) {
    await pause();
    if (!carriers.some(isLive)) continue;
    texts.add(isNameWanted ? name : value);
    if (isNameWanted) return;
  }
}

interface IndexSelection {
  readonly index: LabelIndex;
  readonly series: () => Promise<SeriesNumbers>;
  /** Where all of the head's with samples in the range are meant: less work than `series`. */
  readonly live?: Live;
  /** True when that is every series of the index. */
  readonly isAll: boolean;
}

async function* indexesOf(
  { store, head: now }: ReadDeps,
  range: SeriesRange,
  pause: () => Promise<void>,
): AsyncGenerator<IndexSelection> {
  const sets = range.matcherSets.map((set) => set.map(compileMatcher));
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
      const series = async (): Promise<SeriesNumbers> =>
        (await unionInTurns(partition.index, sets, pause)).filter(
          (number) => !gone.some((set) => set.has(number)),
        );
      yield { index: partition.index, series, isAll };
    }
  } finally {
    for (const one of held) await one.release();
  }
  const { table } = head;
  const ranges = head.rangesIn(range.startMs, range.endMs);
  const series = async (): Promise<SeriesNumbers> =>
    (await unionInTurns(table, sets, pause)).filter((number) => ranges.some((one) => one.has(number)));
  yield { index: table, series, isAll: false, ...(sets.length === 0 && { live: { table, ranges } }) };
}
