import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { RemoteWriteVersion } from '@tocsin/protocol/remote-write/version.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { SelectionHints, SeriesSource } from '@tocsin/query/storage.ts';
import type { SeriesExemplars, SeriesRange, StoreStatistics } from '../api/series-reader.ts';
import type { Layers } from '../retention/layers.ts';
import type { RetentionPolicies } from '../retention/retention-policies.ts';

/**
 * Owns some logical shards: their series, head, slice of the journal, and partitions. Everything that goes in and out
 * is a plain value, so that an owner may live in a worker thread, or on another machine.
 */
export interface ShardOwner {
  /** Opens its files and replays its journal; `progress` tells how far it is. */
  open(): Promise<void>;
  /** Keeps what is good of a request, durably. Throws DecodeError, OverloadError, JournalOverloadError, or the disk's error. */
  write(request: WriteMessage): Promise<WriteOutcome>;
  /** The series that match, each with its samples in (minTimestampMs, maxTimestampMs]. */
  select(selection: SelectMessage, signal: AbortSignal): Promise<SeriesColumns[]>;
  /** The same for who shares the owner's memory: each series is decoded when it is read. */
  openSelection(selection: SelectMessage, signal: AbortSignal): Promise<SeriesSource[]>;
  /** The label sets that match and have samples in the range, no two equal. */
  findSeries(range: SeriesRange, signal: AbortSignal): Promise<Labels[]>;
  /** The values of the label (or with null, the names of labels) of those series. */
  labelTexts(name: string | null, range: SeriesRange, signal: AbortSignal): Promise<Set<string>>;
  exemplars(range: SeriesRange): readonly SeriesExemplars[];
  metadata(): readonly MetricMetadata[];
  statistics(): StoreStatistics;
  figures(): OwnerFigures;
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
  /** Goes over to other retention policies and layers. */
  configure(retention: RetentionPolicies, layers: Layers): Promise<void>;
  close(): Promise<void>;
  /** Journal bytes replayed and to replay. */
  progress(): { readonly done: number; readonly total: number };
}

export interface WriteMessage {
  readonly version: RemoteWriteVersion;
  /** The request, uncompressed. Other protocols are translated to remote write 1.0 first. */
  readonly bytes: Uint8Array;
}

/** What became of a request; counts are of what is kept now, repeats of what was there included. */
export interface WriteOutcome {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly refused: number;
  /** Why, for the sender; empty when nothing was refused. */
  readonly refusals: string;
}

export interface SelectMessage {
  readonly matchers: readonly Matcher[];
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  /** What the samples are for, to choose a tier by; absent asks for the finest there is. */
  readonly hints?: Pick<SelectionHints, 'function' | 'rangeMs' | 'stepMs'>;
}

/** What an owner holds, for its metrics. */
export interface OwnerFigures {
  readonly series: number;
  readonly openRanges: number;
  readonly headSamples: number;
  readonly headBytes: number;
  readonly journalBytes: number;
  readonly partitions: number;
  readonly partitionBytes: number;
  readonly quarantined: readonly string[];
  /** Samples are refused for lack of disk space. */
  readonly shortOfSpace: boolean;
}

/** The owner cannot take the request now; the sender should come back. */
export class OverloadError extends Error {
  override readonly name = 'OverloadError';
}
