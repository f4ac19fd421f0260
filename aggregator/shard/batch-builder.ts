import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { formatLabels, type Labels } from '@tocsin/protocol/labels/labels.ts';
import { DecodeError } from '@tocsin/protocol/protobuf/decode-error.ts';
import { ProtobufWriter } from '@tocsin/protocol/protobuf/writer.ts';
import { writeHistogram } from '@tocsin/protocol/remote-write/histogram.ts';
import { decodeLabelPairs, isCanonicalLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { WriteVisitor } from '@tocsin/protocol/remote-write/visitor.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { checkLabels } from '../ingest/check-labels.ts';
import type { Refusals } from '../ingest/refusals.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { Batch, ExemplarEntry, HistogramEntry } from './batch.ts';

/** What the builder needs to know of the owner's series. */
export interface BatchSeries {
  /** The series of these label bytes, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number;
  /** `decodeLabelPairs`, faster, for canonical label bytes. */
  decode(bytes: Uint8Array, start: number, end: number): string[];
  /** The series with valid labels, made when new; a text says which limit keeps it from being made. */
  admit(labels: Labels, bytes: Uint8Array, start: number, end: number, isCanonical: boolean): number | string;
  labelsOf(series: number): Labels;
  /** True when the record must carry the series' labels. */
  needsDefinition(series: number): boolean;
  /** Oldest timestamp the series' retention policy takes. */
  oldestMs(series: number): number;
}

const REFUSED = -1;

/** Gathers a request's samples into columns, refusing what cannot be kept and saying why. */
export class BatchBuilder implements WriteVisitor {
  readonly #known: BatchSeries;
  readonly #limits: AggregatorLimits;
  readonly #refusals: Refusals;
  readonly #newestMs: number;
  readonly #definitions: number[] = [];
  readonly #defined = new Set<number>();
  readonly #histograms: HistogramEntry[] = [];
  readonly #exemplars: ExemplarEntry[] = [];
  readonly #metadata: MetricMetadata[] = [];
  #count = 0;
  #series = new Uint32Array(1_024);
  #timestampsMs = new Float64Array(1_024);
  #values = new Float64Array(1_024);
  #current = REFUSED;
  #oldestMs = 0;
  #currentFault = '';
  #currentReason: 'invalid labels' | 'limit reached' = 'invalid labels';

  constructor(known: BatchSeries, limits: AggregatorLimits, refusals: Refusals, nowMs: number) {
    this.#known = known;
    this.#limits = limits;
    this.#refusals = refusals;
    this.#newestMs = nowMs + limits.futureMsMax;
  }

  series(bytes: Uint8Array, start: number, end: number): void {
    let series = this.#known.find(bytes, start, end);
    if (series < 0) series = this.#admit(bytes, start, end);
    this.#current = series;
    if (series === REFUSED) return;
    this.#oldestMs = this.#known.oldestMs(series);
    if (this.#known.needsDefinition(series) && !this.#defined.has(series)) {
      this.#defined.add(series);
      this.#definitions.push(series);
    }
  }

  sample(timestampMs: number, value: number): void {
    // One comparison a sample when all is well: NaN and fractions cannot come out of an int64.
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || this.#current === REFUSED) {
      this.#refuse(timestampMs);
      return;
    }
    const at = this.#count++;
    if (at === this.#series.length) this.#grow();
    this.#series[at] = this.#current;
    this.#timestampsMs[at] = timestampMs;
    this.#values[at] = value;
  }

  histogram(timestampMs: number, histogram: Histogram, startTimestampMs: number): void {
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || this.#current === REFUSED) {
      this.#refuse(timestampMs);
      return;
    }
    const writer = new ProtobufWriter(128);
    writeHistogram(writer, { histogram, timestampMs, startTimestampMs });
    this.#histograms.push({ series: this.#current, timestampMs, message: writer.finish() });
  }

  badHistogram(reason: string): void {
    this.#refusals.add('invalid sample', () => `${this.#name()}: ${reason}`);
  }

  exemplar(bytes: Uint8Array, start: number, end: number, value: number, timestampMs: number): void {
    if (this.#current === REFUSED || timestampMs > this.#newestMs) return;
    const labels = labelsOrFault(decodeLabelPairs, bytes, start, end);
    if (typeof labels === 'string') this.#refusals.add('invalid labels', () => `exemplar: ${labels}`);
    else this.#exemplars.push({ series: this.#current, exemplar: { labels, value, timestampMs } });
  }

  metadata(metadata: MetricMetadata): void {
    if (metadata.metric !== '') this.#metadata.push(metadata);
  }

  finish(): Batch {
    return {
      definitions: this.#definitions,
      count: this.#count,
      series: this.#series,
      timestampsMs: this.#timestampsMs,
      values: this.#values,
      histograms: this.#histograms,
      exemplars: this.#exemplars,
      metadata: this.#metadata,
    };
  }

  #admit(bytes: Uint8Array, start: number, end: number): number {
    const isCanonical = isCanonicalLabels(bytes, start, end);
    const decode = isCanonical ? this.#known.decode : decodeLabelPairs;
    const pairs = labelsOrFault(decode, bytes, start, end);
    this.#currentReason = 'invalid labels';
    if (typeof pairs === 'string') {
      this.#currentFault = pairs;
      return REFUSED;
    }
    const verdict = checkLabels(pairs, this.#limits, isCanonical);
    if (verdict.kind === 'invalid') {
      this.#currentFault = verdict.detail;
      return REFUSED;
    }
    const admitted = this.#known.admit(verdict.labels, bytes, start, end, isCanonical);
    if (typeof admitted === 'number') return admitted;
    this.#currentReason = 'limit reached';
    this.#currentFault = admitted;
    return REFUSED;
  }

  #refuse(timestampMs: number): void {
    if (this.#current === REFUSED) this.#refusals.add(this.#currentReason, () => this.#currentFault);
    else if (timestampMs > this.#newestMs)
      this.#refusals.add('too far in the future', () => `${this.#name()} at ${timestampMs} ms`);
    else
      this.#refusals.add(
        'too old',
        () => `${this.#name()} at ${timestampMs} ms, kept from ${this.#oldestMs} ms on`,
      );
  }

  #name(): string {
    if (this.#current === REFUSED) return this.#currentFault;
    const name = formatLabels(this.#known.labelsOf(this.#current));
    return name.length > 300 ? `${name.slice(0, 299)}…` : name;
  }

  #grow(): void {
    const size = this.#series.length * 2;
    const series = new Uint32Array(size);
    series.set(this.#series);
    this.#series = series;
    this.#timestampsMs = doubled(this.#timestampsMs);
    this.#values = doubled(this.#values);
  }
}

function labelsOrFault(
  decode: BatchSeries['decode'],
  bytes: Uint8Array,
  start: number,
  end: number,
): string[] | string {
  try {
    return decode(bytes, start, end);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

function doubled(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
