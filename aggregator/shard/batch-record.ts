import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { DecodeError } from '@tocsin/protocol/protobuf/decode-error.ts';
import { decodeLabelPairs, encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { metricTypeOf, numberOfMetricType } from '@tocsin/protocol/remote-write/metric-type.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import { ByteReader, StoredDataError } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Batch, ExemplarEntry, HistogramEntry } from './batch.ts';

/** The journal record kind of a batch. See docs/formats/metrics-records.md. */
export const BATCH_RECORD = 1;

const SAME_TIMESTAMP = 1;
const HAS_STARTS = 2;
const utf8 = new TextEncoder();
const text = new TextDecoder();

/** A batch as it stands in the journal; the series are those of the record's epoch. */
export interface StoredBatch extends Batch {
  readonly epoch: number;
  readonly definitions: readonly { readonly series: number; readonly key: Uint8Array }[];
}

/**
 * The record's payload in parts: everything else, then the values as they lie in memory. `definitions` are the series the
 * epoch has not defined yet.
 */
export function encodeBatch(
  batch: Batch,
  epoch: number,
  definitions: readonly number[],
  keyOf: (series: number) => Uint8Array,
): readonly Uint8Array[] {
  const { count, series, timestampsMs } = batch;
  const writer = new ByteWriter(64 + count * 2);
  writer.varint(epoch);
  writer.varint(definitions.length);
  for (const defined of definitions) {
    writer.varint(defined);
    writer.prefixed(keyOf(defined));
  }
  writeHistograms(writer, batch.histograms);
  writeExemplars(writer, batch.exemplars);
  writeMetadata(writer, batch.metadata);
  writer.varint(count);
  if (count === 0) return [writer.peek()];
  let previousSeries = -1;
  for (let i = 0; i < count; i++) {
    writer.zigzag(series[i]! - previousSeries - 1);
    previousSeries = series[i]!;
  }
  const first = timestampsMs[0]!;
  let same = true;
  for (let i = 1; i < count && same; i++) same = timestampsMs[i] === first;
  const { values, startsMs } = batch;
  writer.byte((same ? SAME_TIMESTAMP : 0) | (startsMs ? HAS_STARTS : 0));
  writer.zigzag(first);
  if (!same) for (let i = 1; i < count; i++) writer.zigzag(timestampsMs[i]! - timestampsMs[i - 1]!);
  if (startsMs) {
    let previousMs = 0;
    for (let i = 0; i < count; i++) {
      writer.zigzag(startsMs[i]! - previousMs);
      previousMs = startsMs[i]!;
    }
  }
  return [writer.peek(), new Uint8Array(values.buffer, values.byteOffset, count * 8)];
}

/** Memory that one batch after another is decoded into: its columns are valid until the next one. */
export class BatchColumns {
  #series = new Uint32Array(0);
  #timestampsMs = new Float64Array(0);
  #values = new Float64Array(0);
  #startsMs = new Float64Array(0);

  take(
    count: number,
  ): Pick<StoredBatch, 'series' | 'timestampsMs' | 'values'> & { readonly startsMs: Float64Array } {
    if (count > this.#series.length) {
      const size = Math.max(count, this.#series.length * 2);
      this.#series = new Uint32Array(size);
      this.#timestampsMs = new Float64Array(size);
      this.#values = new Float64Array(size);
      this.#startsMs = new Float64Array(size);
    }
    return {
      series: this.#series.subarray(0, count),
      timestampsMs: this.#timestampsMs.subarray(0, count),
      values: this.#values.subarray(0, count),
      startsMs: this.#startsMs.subarray(0, count),
    };
  }
}

/** Throws StoredDataError. The columns are taken from `columns`. */
export function decodeBatch(payload: Uint8Array, columns: BatchColumns = new BatchColumns()): StoredBatch {
  const reader = new ByteReader(payload);
  const epoch = reader.varint();
  const definitions: { series: number; key: Uint8Array }[] = [];
  for (let left = reader.varint(); left > 0; left--)
    definitions.push({ series: reader.varint(), key: reader.prefixed() });
  const histograms = readHistograms(reader);
  const exemplars = readExemplars(reader);
  const metadata = readMetadata(reader);
  const count = reader.varint();
  if (count > reader.remaining) throw new StoredDataError(`Cannot read a batch: it claims ${count} samples`);
  const { series, timestampsMs, values, startsMs: startColumn } = columns.take(count);
  let startsMs: Float64Array | null = null;
  if (count > 0) {
    let previousSeries = -1;
    for (let i = 0; i < count; i++) {
      previousSeries += 1 + reader.zigzag();
      series[i] = previousSeries;
    }
    const flags = reader.byte();
    const same = (flags & SAME_TIMESTAMP) !== 0;
    let timestampMs = reader.zigzag();
    timestampsMs[0] = timestampMs;
    if (same) timestampsMs.fill(timestampMs);
    else
      for (let i = 1; i < count; i++) {
        timestampMs += reader.zigzag();
        timestampsMs[i] = timestampMs;
      }
    if ((flags & HAS_STARTS) !== 0) startsMs = readStarts(reader, startColumn);
    new Uint8Array(values.buffer, values.byteOffset, count * 8).set(reader.take(count * 8));
  }
  return {
    epoch,
    definitions,
    histograms,
    exemplars,
    metadata,
    count,
    series,
    timestampsMs,
    values,
    startsMs,
  };
}

function readStarts(reader: ByteReader, startsMs: Float64Array): Float64Array {
  let startMs = 0;
  for (let i = 0; i < startsMs.length; i++) {
    startMs += reader.zigzag();
    startsMs[i] = startMs;
  }
  return startsMs;
}

function writeHistograms(writer: ByteWriter, histograms: readonly HistogramEntry[]): void {
  writer.varint(histograms.length);
  for (const { series, timestampMs, message } of histograms) {
    writer.varint(series);
    writer.zigzag(timestampMs);
    writer.prefixed(message);
  }
}

function readHistograms(reader: ByteReader): HistogramEntry[] {
  const histograms: HistogramEntry[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const series = reader.varint();
    histograms.push({ series, timestampMs: reader.zigzag(), message: reader.prefixed().slice() });
  }
  return histograms;
}

function writeExemplars(writer: ByteWriter, exemplars: readonly ExemplarEntry[]): void {
  writer.varint(exemplars.length);
  for (const { series, exemplar } of exemplars) {
    writer.varint(series);
    writer.zigzag(exemplar.timestampMs);
    writer.double(exemplar.value);
    writer.prefixed(encodeLabels(exemplar.labels));
  }
}

function readExemplars(reader: ByteReader): ExemplarEntry[] {
  const exemplars: ExemplarEntry[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const series = reader.varint();
    const timestampMs = reader.zigzag();
    const value = reader.double();
    const labels = readLabels(reader.prefixed());
    exemplars.push({ series, exemplar: { labels, value, timestampMs } });
  }
  return exemplars;
}

function readLabels(bytes: Uint8Array): Labels {
  try {
    return decodeLabelPairs(bytes);
  } catch (error) {
    if (error instanceof DecodeError) throw new StoredDataError(error.message);
    throw error;
  }
}

function writeMetadata(writer: ByteWriter, metadata: readonly MetricMetadata[]): void {
  writer.varint(metadata.length);
  for (const { metric, type, help, unit } of metadata) {
    writer.byte(numberOfMetricType(type));
    for (const part of [metric, help, unit]) writer.prefixed(utf8.encode(part));
  }
}

function readMetadata(reader: ByteReader): MetricMetadata[] {
  const metadata: MetricMetadata[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const type = metricTypeOf(reader.byte());
    const metric = text.decode(reader.prefixed());
    const help = text.decode(reader.prefixed());
    metadata.push({ metric, type, help, unit: text.decode(reader.prefixed()) });
  }
  return metadata;
}
