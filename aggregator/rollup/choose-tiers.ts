import type { RollupColumn } from '@tocsin/protocol/series/rollups.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import type { HeldPartition } from '../partition/partition-store.ts';
import type { SelectMessage } from '../shard/shard-owner.ts';
import { DAY_MS, dayOf } from './days.ts';
import { tiersOf } from './roll-up-due.ts';

/** A file to be read, and for which samples: those in (minTimestampMs, maxTimestampMs], of windows their last. */
export interface Reading {
  readonly held: HeldPartition;
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  /** Of a tier, the columns that are needed of its windows. */
  readonly columns: ReadonlySet<RollupColumn>;
}

const LAST_ONLY: ReadonlySet<RollupColumn> = new Set(['last']);
const NO_COLUMNS: ReadonlySet<RollupColumn> = new Set();

/**
 * Of the files that hold the same days in several resolutions those a query is to read: the coarsest that answers it
 * exactly, because its windows end where the query's do; else raw; and where raw is gone the finest tier.
 */
export function chooseTiers(held: readonly HeldPartition[], selection: SelectMessage): Reading[] {
  if (held.every(({ entry }) => entry.tier === 'raw')) return held.map((one) => readWhole(one, selection));
  const policies = new Map<string, HeldPartition[]>();
  for (const one of held) {
    const key = JSON.stringify([one.entry.match, one.entry.keep]);
    const files = policies.get(key);
    if (files) files.push(one);
    else policies.set(key, [one]);
  }
  return [...policies.values()]
    .flatMap((files) => chooseOfPolicy(files, selection))
    .sort((a, b) => a.held.entry.id - b.held.entry.id);
}

function readWhole(held: HeldPartition, { minTimestampMs, maxTimestampMs }: SelectMessage): Reading {
  return { held, minTimestampMs, maxTimestampMs, columns: NO_COLUMNS };
}

interface Tier {
  readonly name: string;
  readonly resolutionMs: number;
  readonly files: readonly HeldPartition[];
}

/** What is read of one day. */
interface DayChoice {
  readonly tier: Tier | null;
  readonly raw: readonly HeldPartition[];
}

function chooseOfPolicy(files: readonly HeldPartition[], selection: SelectMessage): Reading[] {
  const raw = new Map<number, HeldPartition[]>();
  for (const one of files)
    if (one.entry.tier === 'raw') raw.set(dayOf(one.entry), [...(raw.get(dayOf(one.entry)) ?? []), one]);
  const tiers = tiersOf(files[0]!.entry).map((tier) => ({
    ...tier,
    files: files.filter(({ entry }) => entry.tier === tier.name),
  }));
  const readings: Reading[] = [];
  const runs: DayRun[] = [];
  for (const dayMs of daysOf(files, selection)) {
    const choice = chooseOfDay(dayMs, raw.get(dayMs) ?? [], tiers, selection);
    for (const held of choice.raw) readings.push(readWhole(held, selection));
    const run = runs.at(-1);
    if (choice.tier !== null && run?.tier === choice.tier && run.endMs === dayMs) run.endMs += DAY_MS;
    else if (choice.tier !== null) runs.push({ tier: choice.tier, startMs: dayMs, endMs: dayMs + DAY_MS });
  }
  // The same columns everywhere, so that all fits together.
  const isExact = runs.every(({ tier }) => isWhole(tier.resolutionMs, selection));
  return [...readings, ...runs.flatMap((run) => readRun(run, selection, isExact))];
}

/** Days in a row that are read from one tier. */
interface DayRun {
  readonly tier: Tier;
  readonly startMs: number;
  endMs: number;
}

/** The days of the selection that any of the files has. */
function daysOf(files: readonly HeldPartition[], selection: SelectMessage): number[] {
  const days = new Set<number>();
  for (const { entry } of files) {
    const from = Math.max(dayOf(entry), dayOf({ startMs: selection.minTimestampMs }));
    const to = Math.min(Math.max(entry.endMs, entry.startMs + 1), selection.maxTimestampMs + 1);
    for (let dayMs = from; dayMs < to; dayMs += DAY_MS) days.add(dayMs);
  }
  return [...days].sort((a, b) => a - b);
}

function chooseOfDay(
  dayMs: number,
  raw: readonly HeldPartition[],
  tiers: readonly Tier[],
  selection: SelectMessage,
): DayChoice {
  const covering = tiers.filter(({ files }) => files.some(({ entry }) => covers(entry, dayMs)));
  // Raw files that are not rolled up yet came after the tier was written, or there is no tier.
  const newerRaw = raw.filter(({ entry }) => entry.rolledUp === undefined);
  const exact = covering.findLast(({ resolutionMs }) => isWhole(resolutionMs, selection));
  if (exact && !raw.some(({ entry }) => entry.rolledUp === 'stale')) return { tier: exact, raw: newerRaw };
  if (raw.length > newerRaw.length || covering.length === 0) return { tier: null, raw };
  return { tier: covering[0]!, raw: newerRaw };
}

/** True when the query can use roll-ups, and all its own windows begin and end where windows of this resolution do. */
export function isWhole(resolutionMs: number, { hints }: SelectMessage): boolean {
  if (!hints?.rollups?.whole) return false;
  return [hints.firstMs, hints.stepMs, hints.rangeMs].every((ms) => ms % resolutionMs === 0);
}

function readRun({ tier, startMs, endMs }: DayRun, selection: SelectMessage, isExact: boolean): Reading[] {
  const { hints, minTimestampMs, maxTimestampMs } = selection;
  const needs = hints?.rollups;
  const columns = needs ? new Set(isExact ? needs.whole : needs.cut) : LAST_ONLY;
  // A window that the end of the selection cuts has its last sample behind it.
  const reachMs = isExact ? 0 : tier.resolutionMs;
  return tier.files
    .filter(({ entry }) => entry.startMs < endMs && entry.endMs > startMs)
    .map((held) => ({
      held,
      minTimestampMs: Math.max(minTimestampMs, startMs - 1),
      maxTimestampMs: Math.min(maxTimestampMs + reachMs, endMs - 1),
      columns,
    }));
}

function covers(entry: PartitionEntry, dayMs: number): boolean {
  return entry.startMs <= dayMs && entry.endMs > dayMs;
}
