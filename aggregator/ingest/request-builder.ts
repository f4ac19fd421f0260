import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { formatLabels, type Labels } from '@tocsin/protocol/labels/labels.ts';
import { DecodeError } from '@tocsin/protocol/protobuf/decode-error.ts';
import { ProtobufWriter } from '@tocsin/protocol/protobuf/writer.ts';
import { writeHistogram } from '@tocsin/protocol/remote-write/histogram.ts';
import { decodeLabelPairs, isCanonicalLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { WriteVisitor } from '@tocsin/protocol/remote-write/visitor.ts';
import { plausibleStart } from '@tocsin/protocol/series/counter-start.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { MetadataTable } from '../head/metadata-table.ts';
import type { AggregatorLimits } from '../limits.ts';
import { describeLimit, type LimitReached } from '../registry/series-limits.ts';
import type { SeriesRegistry } from '../registry/series-registry.ts';
import { checkLabels } from './check-labels.ts';
import type { Mark, OwnerOutbox } from './owner-outbox.ts';
import { Refusals } from './refusals.ts';

const REFUSED = -1;
/** The samples are for several series, by the rules of stream aggregation. */
const DIVIDED = -2;

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
  #isOutput = false;
  #targets: readonly number[] = [];
  /** The labels of the current series as they were sent. */
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #copies = 0;

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

  /** Begins a request; `refusals` gathers what of it is refused. The output of stream aggregation is not aggregated again. */
  begin(refusals: Refusals, nowMs: number, isOutput = false): readonly Mark[] {
    this.#refusals = refusals;
    this.#isOutput = isOutput;
    this.#copies = 0;
    // The last window of a rule that ends may have its end in the future.
    this.#newestMs = isOutput ? Number.POSITIVE_INFINITY : nowMs + this.#limits.futureMsMax;
    this.#current = REFUSED;
    this.#currentFault = '';
    this.#metadata = [];
    return this.#outboxes.map((outbox) => outbox.mark());
  }

  /** What the request says of metrics that was not known; also put into the outboxes. */
  get news(): readonly MetricMetadata[] {
    return this.#metadata;
  }

  /** How many samples of the request went to one series more than they were sent for. */
  get copies(): number {
    return this.#copies;
  }

  series(bytes: Uint8Array, start: number, end: number): void {
    const registry = this.#registry;
    let series = registry.find(bytes, start, end);
    if (series < 0) series = this.#admit(bytes, start, end);
    if (registry.hasStreams && series >= 0) series = this.#divide(series, bytes, start, end);
    this.#current = series;
    if (series >= 0) this.#aim(series);
  }

  #aim(series: number): void {
    const registry = this.#registry;
    this.#oldestMs = registry.oldestMs(series);
    this.#ref = registry.refOf(series);
    this.#outbox = this.#outboxes[registry.ownerOf(series)]!;
  }

  /** Which series the samples are for, by the rules of stream aggregation. */
  #divide(series: number, bytes: Uint8Array, start: number, end: number): number {
    const registry = this.#registry;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    if (this.#isOutput) return registry.isInput(series) ? this.#admit(bytes, start, end) : series;
    const targets = registry.targetsOf(series);
    if (targets === null) return series;
    if (!('length' in targets)) return this.#limit(targets, registry.labelsOf(series));
    this.#targets = targets;
    return targets.length === 1 ? targets[0]! : DIVIDED;
  }

  sample(timestampMs: number, value: number, startTimestampMs: number): void {
    // One comparison a sample when all is well: NaN and fractions cannot come out of an int64.
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || this.#current < 0) {
      this.#apart(timestampMs, value, startTimestampMs);
      return;
    }
    const startMs = startTimestampMs === 0 ? 0 : plausibleStart(startTimestampMs);
    this.#outbox.sample(this.#ref, timestampMs, value, startMs);
  }

  /** A sample that is not simply put into the outbox. */
  #apart(timestampMs: number, value: number, startTimestampMs: number): void {
    if (this.#current !== DIVIDED) {
      this.#refuse(timestampMs, this.#current);
      return;
    }
    for (const [index, target] of this.#targets.entries()) {
      this.#aim(target);
      if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs) {
        this.#refuse(timestampMs, target);
        continue;
      }
      if (index > 0) this.#copies++;
      this.#outbox.sample(this.#ref, timestampMs, value, plausibleStart(startTimestampMs));
    }
  }

  histogram(timestampMs: number, histogram: Histogram, startTimestampMs: number): void {
    const series = this.#registry.hasStreams ? this.#raw() : this.#current;
    if (timestampMs < this.#oldestMs || timestampMs > this.#newestMs || series === REFUSED) {
      this.#refuse(timestampMs, series);
      return;
    }
    const writer = new ProtobufWriter(128);
    writeHistogram(writer, { histogram, timestampMs, startTimestampMs: plausibleStart(startTimestampMs) });
    this.#outbox.histogram({ series: this.#ref, timestampMs, message: writer.finish() });
    if (series !== this.#current && this.#current >= 0) this.#aim(this.#current);
  }

  /** Aims at the series that stores histograms, which are not aggregated: that, or REFUSED. */
  #raw(): number {
    if (this.#current === REFUSED) return REFUSED;
    const series = this.#current === DIVIDED ? this.#targets[0]! : this.#current;
    const isOutput = this.#isOutput;
    this.#isOutput = true;
    const raw = this.#registry.isInput(series) ? this.#admit(this.#bytes, this.#start, this.#end) : series;
    this.#isOutput = isOutput;
    if (raw >= 0) this.#aim(raw);
    return raw;
  }

  badHistogram(reason: string): void {
    this.#refusals.add('invalid sample', () => `${this.#name()}: ${reason}`);
  }

  exemplar(bytes: Uint8Array, start: number, end: number, value: number, timestampMs: number): void {
    if (this.#current === REFUSED || timestampMs > this.#newestMs) return;
    // They belong to what is stored as it came.
    if (this.#current === DIVIDED) this.#aim(this.#targets[0]!);
    const series = this.#current === DIVIDED ? this.#targets[0]! : this.#current;
    if (this.#registry.hasStreams && this.#registry.isInput(series)) return;
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
    const admitted = this.#registry.admit(verdict.labels, bytes, start, end, isCanonical, this.#isOutput);
    return typeof admitted === 'number' ? admitted : this.#limit(admitted, verdict.labels);
  }

  #limit(reached: LimitReached, labels: Labels): number {
    this.#currentReason = 'limit reached';
    this.#currentFault = `${describeLimit(reached)}: ${shortened(formatLabels(labels))}`;
    return REFUSED;
  }

  /** `series` is REFUSED, or the one the sample would have been for. */
  #refuse(timestampMs: number, series: number): void {
    const registry = this.#registry;
    const name = (): string => shortened(formatLabels(registry.labelsOf(series)));
    if (series === REFUSED) this.#refusals.add(this.#currentReason, () => this.#currentFault);
    else if (timestampMs > this.#newestMs)
      this.#refusals.add('too far in the future', () => `${name()} at ${timestampMs} ms`);
    else {
      const from = this.#oldestMs;
      const kept = registry.isInput(series)
        ? `windows are closed up to ${from - 1} ms`
        : `kept from ${from} ms on`;
      this.#refusals.add('too old', () => `${name()} at ${timestampMs} ms, ${kept}`);
    }
  }

  #name(): string {
    if (this.#current === REFUSED) return this.#currentFault;
    const series = this.#current === DIVIDED ? this.#targets[0]! : this.#current;
    return shortened(formatLabels(this.#registry.labelsOf(series)));
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
