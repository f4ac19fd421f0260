import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Budget } from '../budget.ts';
import type { MatrixResult, QueryResult, ScalarResult, StringResult, VectorResult } from '../result.ts';
import { type PackedLabels, packLabels, unpackLabels } from './packed-labels.ts';

/** A query's result in few columns, which go from thread to thread in one piece each. */
export type PackedResult = ScalarResult | StringResult | PackedVector | PackedMatrix;

interface PackedVector extends Omit<VectorResult, 'labels'> {
  readonly labels: PackedLabels;
}

interface PackedMatrix {
  readonly kind: 'matrix';
  readonly labels: PackedLabels;
  /** Samples of each series, which follow one another in the columns. */
  readonly counts: Uint32Array;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** By series; null for one of floats only, and for all when there is no other. */
  readonly histograms: readonly (readonly (Histogram | null)[] | null)[] | null;
}

export async function packResult(result: QueryResult, budget: Budget): Promise<PackedResult> {
  switch (result.kind) {
    case 'vector':
      return { ...result, labels: await packLabels(result.labels, budget), values: result.values.slice() };
    case 'matrix':
      return await packMatrix(result, budget);
    default:
      return result;
  }
}

export async function unpackResult(packed: PackedResult, budget: Budget): Promise<QueryResult> {
  switch (packed.kind) {
    case 'vector':
      return { ...packed, labels: await unpackLabels(packed.labels, budget) };
    case 'matrix':
      return await unpackMatrix(packed, budget);
    default:
      return packed;
  }
}

async function packMatrix({ series }: MatrixResult, budget: Budget): Promise<PackedMatrix> {
  const counts = Uint32Array.from(series, ({ timestampsMs }) => timestampsMs.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const timestampsMs = new Float64Array(total);
  const values = new Float64Array(total);
  let at = 0;
  for (const one of series) {
    if (budget.due(one.values.length)) await budget.pause();
    timestampsMs.set(one.timestampsMs, at);
    values.set(one.values, at);
    at += one.values.length;
  }
  const labels = await packLabels(
    series.map((one) => one.labels),
    budget,
  );
  const histograms = series.some((one) => one.histograms)
    ? series.map((one) => one.histograms ?? null)
    : null;
  return { kind: 'matrix', labels, counts, timestampsMs, values, histograms };
}

async function unpackMatrix(packed: PackedMatrix, budget: Budget): Promise<MatrixResult> {
  const labels = await unpackLabels(packed.labels, budget);
  const series: SeriesColumns[] = [];
  let at = 0;
  for (const [i, count] of packed.counts.entries()) {
    if (budget.due(10)) await budget.pause();
    const histograms = packed.histograms?.[i];
    series.push({
      labels: labels[i]!,
      timestampsMs: packed.timestampsMs.subarray(at, at + count),
      values: packed.values.subarray(at, at + count),
      ...(histograms && { histograms }),
    });
    at += count;
  }
  return { kind: 'matrix', series };
}
