import type { Histogram } from '../histogram/histogram.ts';
import { type Labels, labelsFromPairs } from '../labels/labels.ts';
import type { Exemplar, MetricMetadata, WriteSeries } from '../series/write-series.ts';
import { decodeLabelPairs } from './label-bytes.ts';
import type { RemoteWriteVersion } from './version.ts';
import type { WriteVisitor } from './visitor.ts';
import { walkWriteRequestV1 } from './walk-v1.ts';
import { walkWriteRequestV2 } from './walk-v2.ts';

export interface WriteRequest {
  readonly series: readonly WriteSeries[];
  readonly metadata: readonly MetricMetadata[];
}

/** Walks an uncompressed write request of either version. Throws DecodeError. */
export function walkWriteRequest(
  version: RemoteWriteVersion,
  bytes: Uint8Array,
  visitor: WriteVisitor,
): void {
  if (version === '1.0') walkWriteRequestV1(bytes, visitor);
  else walkWriteRequestV2(bytes, visitor);
}

/**
 * The whole uncompressed request as values; ingest uses the walk instead. Labels come sorted. Start timestamps and
 * histograms that are none are left out. Throws DecodeError.
 */
export function decodeWriteRequest(version: RemoteWriteVersion, bytes: Uint8Array): WriteRequest {
  const drafts: Draft[] = [];
  const metadata: MetricMetadata[] = [];
  walkWriteRequest(version, bytes, {
    series: (source, start, end) => drafts.push(newDraft(labelsOf(source, start, end))),
    sample: (timestampMs, value) => addPoint(drafts.at(-1)!, timestampMs, value, null),
    histogram: (timestampMs, histogram) => addPoint(drafts.at(-1)!, timestampMs, Number.NaN, histogram),
    badHistogram: () => undefined,
    exemplar: (source, start, end, value, timestampMs) =>
      drafts.at(-1)!.exemplars.push({ labels: labelsOf(source, start, end), value, timestampMs }),
    metadata: (item) => metadata.push(item),
  });
  return { series: drafts.map(finished), metadata };
}

interface Draft {
  readonly labels: Labels;
  timestampsMs: Float64Array;
  values: Float64Array;
  readonly histograms: (Histogram | null)[];
  readonly exemplars: Exemplar[];
}

function newDraft(labels: Labels): Draft {
  return {
    labels,
    timestampsMs: new Float64Array(1),
    values: new Float64Array(1),
    histograms: [],
    exemplars: [],
  };
}

function addPoint(draft: Draft, timestampMs: number, value: number, histogram: Histogram | null): void {
  const count = draft.histograms.length;
  if (count === draft.timestampsMs.length) {
    draft.timestampsMs = grown(draft.timestampsMs);
    draft.values = grown(draft.values);
  }
  draft.timestampsMs[count] = timestampMs;
  draft.values[count] = value;
  draft.histograms.push(histogram);
}

function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}

function finished(draft: Draft): WriteSeries {
  const count = draft.histograms.length;
  const { labels, exemplars } = draft;
  const timestampsMs = draft.timestampsMs.slice(0, count);
  const values = draft.values.slice(0, count);
  return {
    labels,
    timestampsMs,
    values,
    ...(draft.histograms.some((histogram) => histogram !== null) && { histograms: draft.histograms }),
    ...(exemplars.length > 0 && { exemplars }),
  };
}

function labelsOf(bytes: Uint8Array, start: number, end: number): Labels {
  const flat = decodeLabelPairs(bytes, start, end);
  const pairs: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push([flat[i]!, flat[i + 1]!]);
  return labelsFromPairs(pairs);
}
