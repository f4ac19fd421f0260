import { formatFloat } from '../exposition/number.ts';
import { type Labels, labelsFromPairs, labelsKey, labelsToObject } from '../labels/labels.ts';

/** One line that a query found. */
export interface FoundLine {
  readonly stream: Labels;
  readonly structuredMetadata: Labels;
  readonly timestampNs: bigint;
  readonly line: string;
}

/**
 * The streams' result of query_range. Without `categorize` the structured metadata becomes labels of the stream, as
 * Loki answers by default; with it (`X-Loki-Response-Encoding-Flags: categorize-labels`, which Grafana sends) each
 * line carries its own. The lines keep their order within a stream.
 */
export function renderStreams(lines: readonly FoundLine[], categorize: boolean, stats: object): string {
  const byStream = new Map<string, { labels: Labels; values: unknown[] }>();
  for (const { stream, structuredMetadata, timestampNs, line } of lines) {
    const labels = categorize ? stream : merged(stream, structuredMetadata);
    const key = labelsKey(labels);
    let found = byStream.get(key);
    if (found === undefined) {
      found = { labels, values: [] };
      byStream.set(key, found);
    }
    found.values.push([String(timestampNs), line, ...(categorize ? [categories(structuredMetadata)] : [])]);
  }
  const result = Array.from(byStream.values(), ({ labels, values }) => ({
    stream: labelsToObject(labels),
    values,
  }));
  const flags = categorize ? { encodingFlags: ['categorize-labels'] } : {};
  return JSON.stringify({ status: 'success', data: { resultType: 'streams', ...flags, result, stats } });
}

/** A number over time for each label set, as metric queries answer. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly timestampsMs: readonly number[];
  readonly values: readonly number[];
}

export function renderMatrix(series: readonly MatrixSeries[], stats: object): string {
  const result = series.map(({ labels, timestampsMs, values }) => ({
    metric: labelsToObject(labels),
    values: values.map((value, index) => [timestampsMs[index]! / 1000, formatFloat(value)]),
  }));
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result, stats } });
}

/** What an instant query of a number answers. */
export function renderNumber(value: number, timestampMs: number, vector: boolean): string {
  const sample = [timestampMs / 1000, formatFloat(value)];
  const data = vector
    ? { resultType: 'vector', result: [{ metric: {}, value: sample }], stats: {} }
    : { resultType: 'scalar', result: sample, stats: {} };
  return JSON.stringify({ status: 'success', data });
}

/** The answer of labels, label values and series. */
export function renderList(data: readonly unknown[]): string {
  return JSON.stringify({ status: 'success', data });
}

/** The answer of index/stats. */
export interface IndexStats {
  readonly streams: number;
  /** Blocks that overlap the range. */
  readonly chunks: number;
  readonly entries: number;
  readonly bytes: number;
}

function categories(structuredMetadata: Labels): object {
  return structuredMetadata.length === 0 ? {} : { structuredMetadata: labelsToObject(structuredMetadata) };
}

/** The stream's own labels win. */
function merged(stream: Labels, structuredMetadata: Labels): Labels {
  if (structuredMetadata.length === 0) return stream;
  return labelsFromPairs([...pairs(structuredMetadata), ...pairs(stream)]);
}

function* pairs(labels: Labels): Generator<[string, string]> {
  for (let i = 0; i < labels.length; i += 2) yield [labels[i]!, labels[i + 1]!];
}
