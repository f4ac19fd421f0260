import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { Fragment, FragmentAnswer } from '@tocsin/query/shards/fragment.ts';
import type { SelectionHints } from '@tocsin/query/storage.ts';
import type { SeriesExemplars, SeriesRange } from '../api/series-reader.ts';
import type { RetentionRule } from '../retention/retention-policies.ts';
import type { RuleProgress } from '../streaming/owner-streams.ts';
import type { StreamRuleConfig } from '../streaming/stream-rule.ts';
import type { StreamOutput, WindowClosing } from '../streaming/streams.ts';
import type { OwnerBatch, RequestOutcome } from './batch.ts';
import type { WholeAnswers, WholeQueries } from './whole-query.ts';

/**
 * Owns some logical shards: their series, head, journal and partitions. Everything that goes in and out is a plain value,
 * so that an owner may live in a worker thread, or on another machine.
 */
export interface ShardOwner {
  /**
   * Opens its files and replays its journal. Meanwhile `progress` tells how far it is, and `restored` of the series it
   * finds: of all of them by the time it resolves.
   */
  open(): Promise<OpenedOwner>;
  /**
   * Keeps what is in the batch, durably; resolves with an outcome for each of its requests. Throws OverloadError,
   * JournalOverloadError, or the disk's error: then nothing is acknowledged, and all may be sent again. The definitions
   * hold also when it throws.
   */
  append(batch: OwnerBatch): Promise<readonly RequestOutcome[]>;
  /** These refs will not be used again until they are defined anew. */
  forget(refs: Uint32Array): Promise<void>;
  /** The series that match, each with its samples in (minTimestampMs, maxTimestampMs]. */
  select(selection: SelectMessage, signal: AbortSignal): Promise<readonly SeriesColumns[]>;
  /** Evaluates a part of a query for its own series. Throws QueryError. */
  evaluate(fragment: Fragment, signal: AbortSignal): Promise<FragmentAnswer>;
  /** Answers queries from its own series alone, in their order; at least one, and no more than are held well at once. */
  answer(asked: WholeQueries, signal: AbortSignal): Promise<WholeAnswers>;
  /** The label sets that match and have samples in the range, no two equal. */
  findSeries(range: SeriesRange, signal: AbortSignal): Promise<readonly Labels[]>;
  /** The values of the label (or with null, the names of labels) of those series; each once, ascending. */
  labelTexts(name: string | null, range: SeriesRange, signal: AbortSignal): Promise<readonly string[]>;
  exemplars(range: SeriesRange): Promise<readonly SeriesExemplars[]>;
  figures(): Promise<OwnerFigures>;
  /** Seals every range, merges what can be merged, cuts the journal. */
  compact(): Promise<void>;
  /** Seals what is due, and looks after the disk's space. Called twice a minute. */
  maintain(): Promise<void>;
  /** Removes what retention ends and merges days that are over. Called by a schedule. */
  retain(): Promise<void>;
  /** Makes the samples that are in the range now invisible, durably. */
  deleteSeries(range: SeriesRange): Promise<void>;
  /** Rewrites the partitions that hold deleted samples. */
  cleanTombstones(): Promise<void>;
  /** Makes a copy in `folder` that a store can be started from; without `skipHead`, the head is sealed first. */
  snapshot(folder: string, skipHead: boolean): Promise<void>;
  /** Goes over to other retention policies, and takes up further stream rules; throws for a rule that cannot be used. */
  configure(
    retention: readonly RetentionRule[],
    streams: readonly StreamRuleConfig[],
  ): Promise<readonly RuleProgress[]>;
  /**
   * Closes windows of stream aggregation: nothing may be appended to them any more. Resolves with all outputs that are not known to be
   * stored, which are then to be stored and told by `outputsWritten`; they come again until then.
   */
  closeWindows(closings: readonly WindowClosing[]): Promise<readonly StreamOutput[]>;
  outputsWritten(number: number): Promise<void>;
  close(): Promise<void>;
}

/** What an owner tells of itself unasked. */
export interface OwnerEvents {
  /** These series have no samples in memory any more; whoever defined them answers with `forget`. */
  dead(refs: Uint32Array): Promise<void>;
  /** Series of its journal, which go by the refs from `firstRef` on. */
  restored(firstRef: number, keys: SeriesKeys): void;
  /** Bytes of the journal replayed, and to replay. */
  progress(done: number, total: number): void;
  /** It takes no samples for lack of space, or does so again; or files have been found unreadable. */
  trouble(trouble: OwnerTrouble): void;
}

export interface OwnerTrouble {
  readonly shortOfSpace: boolean;
  /** Files that cannot be read, each with what is wrong. */
  readonly quarantined: readonly string[];
}

export interface OpenedOwner {
  readonly metadata: readonly MetricMetadata[];
  /** The stream rules at work: those of the configuration, and those the journal holds samples for. */
  readonly streams: readonly RuleProgress[];
}

/** Canonical label bytes of series, one after the other. */
export interface SeriesKeys {
  readonly keys: Uint8Array<ArrayBuffer>;
  readonly keyLengths: Uint32Array<ArrayBuffer>;
}

export interface SelectMessage {
  readonly matchers: readonly Matcher[];
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  /** More samples than this are an error, not an answer. */
  readonly samplesMax?: number;
  /** Told where series were found; only within one thread. */
  readonly report?: (source: string, series: number) => void;
  /** What the samples are for, to choose a tier by; absent asks for the finest there is. */
  readonly hints?: Pick<SelectionHints, 'firstMs' | 'stepMs' | 'rangeMs' | 'rollups'>;
}

/** What an owner holds, for metrics and status pages. */
export interface OwnerFigures {
  readonly series: number;
  readonly openRanges: number;
  readonly headSamples: number;
  readonly headBytes: number;
  readonly headChunks: number;
  /** Of what is in memory; null while that is nothing. */
  readonly minTimeMs: number | null;
  readonly maxTimeMs: number | null;
  readonly journalBytes: number;
  readonly partitions: number;
  readonly partitionBytes: number;
  /** Groups of stream aggregation, samples in their open windows, and what has been counted since the process began. */
  readonly streamGroups: number;
  readonly streamOpenSamples: number;
  readonly streamSamples: number;
  readonly streamLate: number;
  readonly streamOverfull: number;
  readonly streamOutputs: number;
}

/** The owner cannot take the request now; the sender should come back. */
export class OverloadError extends Error {
  override readonly name = 'OverloadError';
}
