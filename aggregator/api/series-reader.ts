import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Exemplar, MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import type { RefusedSeries } from '../registry/limit-refusals.ts';
import type { SeriesLimit } from '../registry/series-limits.ts';
import type { WholeAnswers, WholeQueries } from '../shard/whole-query.ts';

/** What the query API asks of the store: samples (`Storage`), and what there is to ask for. */
export interface SeriesReader extends Storage {
  /**
   * Answers whole queries, in their order, at least one of those asked; null when there is nobody who has all series. Reading it
   * throws while the store cannot answer.
   */
  readonly answer: ((asked: WholeQueries, signal: AbortSignal) => Promise<WholeAnswers>) | null;
  /** The series with samples in the range that match any of the sets; each once, in any order. */
  findSeries(range: SeriesRange, signal: AbortSignal): Promise<readonly Labels[]>;
  /** Label names of those series, each once, ascending. */
  labelNames(range: SeriesRange, signal: AbortSignal): Promise<readonly string[]>;
  /** Values of one label over those series, each once, ascending. */
  labelValues(name: string, range: SeriesRange, signal: AbortSignal): Promise<readonly string[]>;
  /** What senders have said about metrics, by family name; several entries where they disagree. */
  metadata(): ReadonlyMap<string, readonly MetricMetadata[]>;
  /** Exemplars of the matching series, oldest first within each. */
  exemplars(range: SeriesRange, signal: AbortSignal): Promise<readonly SeriesExemplars[]>;
  statistics(): Promise<StoreStatistics>;
  /** How often samples have been taken in; only that it has changed means anything. */
  writes(): number;
}

export interface SeriesRange {
  /** A series is meant when it matches all matchers of one of the sets; no set at all means every series. */
  readonly matcherSets: readonly (readonly Matcher[])[];
  /** Milliseconds since the epoch, both inclusive. */
  readonly startMs: number;
  readonly endMs: number;
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly Required<Exemplar>[];
}

/** What `status/tsdb` shows. */
export interface StoreStatistics {
  readonly seriesCount: number;
  readonly chunkCount: number;
  /** Of the head; null while it is empty. */
  readonly minTimeMs: number | null;
  readonly maxTimeMs: number | null;
  /** Largest first. */
  readonly seriesByMetric: readonly NamedCount[];
  readonly valuesByLabel: readonly NamedCount[];
  readonly seriesByLabelPair: readonly NamedCount[];
  readonly bytesByLabel: readonly NamedCount[];
  readonly seriesBySender: readonly NamedCount[];
  /** Different labels. */
  readonly labelPairs: number;
  /** What bounds the series, by the limits' names in tocsin.yaml, and how often each has refused one. */
  readonly limits: Readonly<Record<SeriesLimit, number>>;
  readonly refusedByLimit: ReadonlyMap<SeriesLimit, number>;
  /** Who was refused them. */
  readonly refusedSeries: readonly RefusedSeries[];
}

export interface NamedCount {
  readonly name: string;
  readonly count: number;
}
