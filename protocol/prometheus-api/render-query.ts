import type { SeriesColumns } from '../series/series.ts';
import type { MatrixResult, QueryResult, VectorResult } from './query-result.ts';
import { renderFloat, renderHistogram, renderLabels, renderTimestamp } from './render-sample.ts';

const CHUNK_CHARACTERS = 64 * 1024;

export interface RenderedAnswer {
  readonly result: QueryResult;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** The `stats` member, when it was asked for; any JSON value. */
  readonly stats?: unknown;
}

/** The body of a successful /api/v1/query or query_range, in pieces of some 64 KiB. */
export function* renderQuery(answer: RenderedAnswer): Generator<string, void, undefined> {
  const { result, warnings, infos, stats } = answer;
  yield `{"status":"success","data":{"resultType":"${result.kind}","result":`;
  yield* renderResult(result);
  let tail = stats === undefined ? '}' : `,"stats":${JSON.stringify(stats)}}`;
  if (warnings.length > 0) tail += `,"warnings":${JSON.stringify(warnings)}`;
  if (infos.length > 0) tail += `,"infos":${JSON.stringify(infos)}`;
  yield `${tail}}`;
}

function* renderResult(result: QueryResult): Generator<string, void, undefined> {
  switch (result.kind) {
    case 'scalar':
      yield `[${renderTimestamp(result.timestampMs)},"${renderFloat(result.value)}"]`;
      return;
    case 'string':
      yield `[${renderTimestamp(result.timestampMs)},${JSON.stringify(result.value)}]`;
      return;
    case 'vector':
      yield* chunked(vectorParts(result));
      return;
    case 'matrix':
      yield* chunked(matrixParts(result));
      return;
  }
}

/** A JSON array of the parts, joined into chunks. */
function* chunked(parts: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '[';
  for (const part of parts) {
    chunk += part;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}]`;
}

function* vectorParts(result: VectorResult): Generator<string, void, undefined> {
  const time = renderTimestamp(result.timestampMs);
  for (let i = 0; i < result.labels.length; i++) {
    const histogram = result.histograms?.[i];
    const sample = histogram
      ? `"histogram":[${time},${renderHistogram(histogram)}]`
      : `"value":[${time},"${renderFloat(result.values[i]!)}"]`;
    yield `${i > 0 ? ',' : ''}{"metric":${renderLabels(result.labels[i]!)},${sample}}`;
  }
}

function* matrixParts(result: MatrixResult): Generator<string, void, undefined> {
  let first = true;
  for (const series of result.series) {
    yield `${first ? '' : ','}{"metric":${renderLabels(series.labels)}`;
    first = false;
    yield* samples(series, false);
    if (series.histograms !== undefined) yield* samples(series, true);
    yield '}';
  }
}

function* samples(series: SeriesColumns, ofHistograms: boolean): Generator<string, void, undefined> {
  const { timestampsMs, values, histograms } = series;
  let text = '';
  for (let i = 0; i < timestampsMs.length; i++) {
    const histogram = histograms?.[i] ?? null;
    if ((histogram !== null) !== ofHistograms) continue;
    const sample = histogram === null ? `"${renderFloat(values[i]!)}"` : renderHistogram(histogram);
    text += `${text === '' ? '' : ','}[${renderTimestamp(timestampsMs[i]!)},${sample}]`;
  }
  if (text !== '') yield `,"${ofHistograms ? 'histograms' : 'values'}":[${text}]`;
}
