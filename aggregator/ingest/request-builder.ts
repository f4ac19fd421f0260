import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { formatLabels } from '@tocsin/protocol/labels/labels.ts';
import { DecodeError } from '@tocsin/protocol/protobuf/decode-error.ts';
import { ProtobufWriter } from '@tocsin/protocol/protobuf/writer.ts';
import { writeHistogram } from '@tocsin/protocol/remote-write/histogram.ts';
import { decodeLabelPairs, isCanonicalLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { WriteVisitor } from '@tocsin/protocol/remote-write/visitor.ts';
import { plausibleStart } from '@tocsin/protocol/series/counter-start.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { MetadataTable } from '../head/metadata-table.ts';
import type { AggregatorLimits } from '../limits.ts';
import { describeLimit } from '../registry/series-limits.ts';
import type { SeriesRegistry } from '../registry/series-registry.ts';
import { checkLabels } from './check-labels.ts';
import type { Mark, OwnerOutbox } from './owner-outbox.ts';
import { Refusals } from './refusals.ts';

const REFUSED = -1;

/**
 * Puts what a request holds into the outboxes of the owners it belongs to, refusing what cannot be kept and saying why. One
 * builder is used for request after request; a request is walked without a pause.
 */
export class RequestBuilder implements WriteVisitor {
  readonly #registry: SeriesRegistry;
  readonly #outboxes: readonly OwnerOutbox[];
  readonly #knownMetadata: MetadataTable;
  readonly #limits: AggregatorLimits;
  #refusals = new Refusals(0);
  #newestMs = 0;
  #current = REFUSED;
  #ref = 0;
  #outbox: OwnerOutbox;
  #oldestMs = 0;
  #currentFault = '';
  #currentReason: 'invalid labels' | 'limit reached' = 'invalid labels';
  #metadata: MetricMetadata[] = [];

  constructor(
    registry: SeriesRegistry,
    outboxes: readonly OwnerOutbox[],
    knownMetadata: MetadataTable,
    limits: AggregatorLimits,
  ) {
    this.#registry = registry;
    this.#outboxes = outboxes;
    this.#outbox = outboxes[0]!;
    this.#knownMetadata = knownMetadata;
    this.#limits = limits;
  }

  /** Begins a request; `refusals` gathers what of it is refused. */
  begin(refusals: Refusals, nowMs: number): readonly Mark[] {
    this.#refusals = refusals;
    this.#newestMs = nowMs + this.#limits.futureMsMax;
    this.#current = REFUSED;
    this.#currentFault = '';
    this.#metadata = [];
    return this.#outboxes.map((outbox) => outbox.mark());
  }

  /** What the request says of metrics that was not known; also put into the outboxes. */
  get news(): readonly MetricMetadata[] {
    return this.#metadata;
  }

  series(bytes: Uint8Array, start: number, end: number): void {
    const registry = this.#registry;
    let series = registry.find(bytes, start, end);
    if (series < 0) series = this.#admit(bytes, start, end);
    this.#current = series;
    if (series === REFUSED) return;
    this.#oldestMs = registry.oldestMs(series);
    this.#ref = registry.refOf(series);
    this.#outbox = this.#outboxes[registry.ownerOf(series)]!;
  }

  sample(timestampMs: number, value: number, startTimestampMs: number): void {
    // One comparison a sample when all is well: NaN and fractions cannot come out of an int64.
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || this.#current === REFUSED) {
      this.#refuse(timestampMs);
      return;
    }
    const startMs = startTimestampMs === 0 ? 0 : plausibleStart(startTimestampMs);
    this.#outbox.sample(this.#ref, timestampMs, value, startMs);
  }

  histogram(timestampMs: number, histogram: Histogram, startTimestampMs: number): void {
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || this.#current === REFUSED) {
      this.#refuse(timestampMs);
      return;
    }
    const writer = new ProtobufWriter(128);
    writeHistogram(writer, { histogram, timestampMs, startTimestampMs: plausibleStart(startTimestampMs) });
    this.#outbox.histogram({ series: this.#ref, timestampMs, message: writer.finish() });
  }

  badHistogram(reason: string): void {
    this.#refusals.add('invalid sample', () => `${this.#name()}: ${reason}`);
  }

  exemplar(bytes: Uint8Array, start: number, end: number, value: number, timestampMs: number): void {
    if (this.#current === REFUSED || timestampMs > this.#newestMs) return;
    const labels = labelsOrFault(decodeLabelPairs, bytes, start, end);
    if (typeof labels === 'string') this.#refusals.add('invalid labels', () => `exemplar: ${labels}`);
    else this.#outbox.exemplar({ series: this.#ref, exemplar: { labels, value, timestampMs } });
  }

  metadata(metadata: MetricMetadata): void {
    if (metadata.metric === '' || !this.#knownMetadata.isNews(metadata)) return;
    this.#metadata.push(metadata);
    // It belongs to no series; any owner that is always the same will do.
    this.#outboxes[0]!.metadata(metadata);
  }

  #admit(bytes: Uint8Array, start: number, end: number): number {
    const isCanonical = isCanonicalLabels(bytes, start, end);
    const decode: DecodeLabels = isCanonical
      ? (...where) => this.#registry.decode(...where)
      : decodeLabelPairs;
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
    const admitted = this.#registry.admit(verdict.labels, bytes, start, end, isCanonical);
    if (typeof admitted === 'number') return admitted;
    this.#currentReason = 'limit reached';
    this.#currentFault = `${describeLimit(admitted)}: ${shortened(formatLabels(verdict.labels))}`;
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
    return shortened(formatLabels(this.#registry.labelsOf(this.#current)));
  }
}

function shortened(name: string): string {
  return name.length > 300 ? `${name.slice(0, 299)}…` : name;
}

type DecodeLabels = (bytes: Uint8Array, start: number, end: number) => string[];

function labelsOrFault(
  decode: DecodeLabels,
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
