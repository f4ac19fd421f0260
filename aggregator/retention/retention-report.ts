import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { type PartitionEntry, readManifest } from '../partition/manifest.ts';
import { openPartition } from '../partition/partition.ts';
import { expiredPartitions, keptThen } from './expired-partitions.ts';
import { createRetentionPolicies, type RetentionPolicies, type RetentionRule } from './retention-policies.ts';

/** What of a policy's tier there is, or what of it would go. */
export interface RetentionAmount {
  readonly series: number;
  /** Of a roll-up tier: windows. */
  readonly samples: number;
  /** Their share of their files. */
  readonly bytes: number;
  /** Oldest and newest timestamp; null when there is nothing. */
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
}

/** What the sealed files of one policy and tier hold. */
export interface RetentionHolding {
  readonly match: string;
  /** As in `raw=15d,5m=90d`. */
  readonly keep: string;
  readonly tier: string;
  readonly held: RetentionAmount;
}

export interface RetentionReport {
  /** By the policies the files were sealed under. */
  readonly stored: readonly (RetentionHolding & { readonly files: number })[];
  /** By the policies given: what is theirs of it, and what of that they would not keep. */
  readonly given: readonly (RetentionHolding & { readonly lost: RetentionAmount })[];
  readonly held: RetentionAmount;
  readonly lost: RetentionAmount;
  /** Series of which nothing would be left in any tier. */
  readonly seriesGone: number;
  /** Of what is lost: what the next round of retention removes. */
  readonly bytesAtOnce: number;
  /** When the last of it goes: a file stays as long as the policy it was sealed under says. Infinity: never; null: nothing is lost. */
  readonly lastRemovalMs: number | null;
  /** Files that cannot be read, each with what is wrong; they are not counted. */
  readonly unreadable: readonly string[];
}

/**
 * What is stored by which policy, and what retention by these rules would not keep of it, read from the folder of an aggregator that may
 * be running. Nothing is touched. What is in memory only, the last hours, is not counted. Throws for a rule that
 * cannot be used.
 */
export async function reportRetention(
  disk: Disk,
  folder: string,
  rules: readonly RetentionRule[],
  nowMs: number,
): Promise<RetentionReport> {
  const retention = createRetentionPolicies(rules);
  const tally = new Tally(retention, nowMs);
  const owners = (await disk.list(`${folder}/metrics`)).filter(({ kind }) => kind === 'folder');
  for (const { name } of owners) {
    const partitions = `${folder}/metrics/${name}/partitions`;
    const { partitions: entries } = await readManifest(disk, partitions);
    const expired = expiredPartitions(entries, retention, nowMs);
    for (const entry of entries)
      await addFile(disk, `${partitions}/${entry.file}`, entry, expired.has(entry.id), tally);
  }
  return tally.report();
}

async function addFile(
  disk: Disk,
  path: string,
  entry: PartitionEntry,
  isExpired: boolean,
  tally: Tally,
): Promise<void> {
  try {
    const { index } = await openPartition(disk, path);
    const sizes = Array.from({ length: index.seriesCount }, (_, series): SeriesSize => {
      const chunks = index.chunksOf(series);
      return {
        labels: index.labelsOf(series),
        samples: chunks.reduce((sum, { samples }) => sum + samples, 0),
        length: chunks.reduce((sum, { length }) => sum + length, 0),
        oldestMs: index.startMs + Math.min(...chunks.map(({ first }) => first)),
        newestMs: index.startMs + Math.max(...chunks.map(({ last }) => last)),
      };
    });
    // Index and timestamps are shared; each series gets its part of them by its chunks.
    const whole = sizes.reduce((sum, { length }) => sum + length, 0);
    tally.addFile(entry);
    for (const { length, ...size } of sizes)
      tally.add(entry, isExpired, { ...size, bytes: whole === 0 ? 0 : (entry.bytes * length) / whole });
  } catch (error) {
    // Retention or a merge may have removed it since the manifest was read: then it is not held any more.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    tally.unreadable.push(error instanceof Error ? error.message : String(error));
  }
}

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: number;
  readonly bytes: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

type SeriesSize = Omit<StoredSeries, 'bytes'> & { readonly length: number };

class Amount {
  readonly #series = new Set<string>();
  #samples = 0;
  #bytes = 0;
  #oldestMs = Number.POSITIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;

  get series(): ReadonlySet<string> {
    return this.#series;
  }

  add(key: string, { samples, bytes, oldestMs, newestMs }: StoredSeries): void {
    this.#series.add(key);
    this.#samples += samples;
    this.#bytes += bytes;
    this.#oldestMs = Math.min(this.#oldestMs, oldestMs);
    this.#newestMs = Math.max(this.#newestMs, newestMs);
  }

  read(): RetentionAmount {
    const isEmpty = this.#series.size === 0;
    return {
      series: this.#series.size,
      samples: this.#samples,
      bytes: Math.round(this.#bytes),
      oldestMs: isEmpty ? null : this.#oldestMs,
      newestMs: isEmpty ? null : this.#newestMs,
    };
  }
}

interface Row {
  readonly match: string;
  readonly keep: string;
  readonly tier: string;
  readonly held: Amount;
  readonly lost: Amount;
  files: number;
}

class Tally {
  readonly unreadable: string[] = [];
  readonly #retention: RetentionPolicies;
  readonly #nowMs: number;
  readonly #stored = new Map<string, Row>();
  readonly #given = new Map<string, Row>();
  readonly #held = new Amount();
  readonly #lost = new Amount();
  readonly #kept = new Set<string>();
  #bytesAtOnce = 0;
  #lastRemovalMs: number | null = null;

  constructor(retention: RetentionPolicies, nowMs: number) {
    this.#retention = retention;
    this.#nowMs = nowMs;
  }

  addFile(entry: PartitionEntry): void {
    rowOf(this.#stored, entry.match, entry.keep, entry.tier).files++;
  }

  add(entry: PartitionEntry, isExpired: boolean, series: StoredSeries): void {
    const { tier, maxTimestampMs } = entry;
    const key = labelsKey(series.labels);
    const policy = this.#retention.policies[this.#retention.policyOf(series.labels)]!;
    const given = rowOf(this.#given, policy.match, policy.key, tier);
    for (const amount of [rowOf(this.#stored, entry.match, entry.keep, tier).held, given.held, this.#held])
      amount.add(key, series);
    const keepMs = policy.tiers.find(({ name }) => name === tier)?.keepMs ?? 0;
    // As retention goes by whole files, what is in one with newer samples stays with them.
    if (maxTimestampMs >= this.#nowMs - keepMs) {
      this.#kept.add(key);
      return;
    }
    given.lost.add(key, series);
    this.#lost.add(key, series);
    if (isExpired) this.#bytesAtOnce += series.bytes;
    const removalMs = isExpired ? this.#nowMs : maxTimestampMs + keptThen(entry);
    this.#lastRemovalMs = Math.max(this.#lastRemovalMs ?? removalMs, removalMs);
  }

  report(): RetentionReport {
    const lost = this.#lost.series;
    return {
      stored: [...this.#stored.values()].map(({ match, keep, tier, files, held }) => ({
        match,
        keep,
        tier,
        files,
        held: held.read(),
      })),
      given: [...this.#given.values()].map((row) => ({
        match: row.match,
        keep: row.keep,
        tier: row.tier,
        held: row.held.read(),
        lost: row.lost.read(),
      })),
      held: this.#held.read(),
      lost: this.#lost.read(),
      seriesGone: [...lost].filter((key) => !this.#kept.has(key)).length,
      bytesAtOnce: Math.round(this.#bytesAtOnce),
      lastRemovalMs: this.#lastRemovalMs,
      unreadable: this.unreadable,
    };
  }
}

function rowOf(rows: Map<string, Row>, match: string, keep: string, tier: string): Row {
  const key = JSON.stringify([match, keep, tier]);
  let row = rows.get(key);
  if (!row) {
    row = { match, keep, tier, files: 0, held: new Amount(), lost: new Amount() };
    rows.set(key, row);
  }
  return row;
}
