import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { type Block, HISTOGRAM } from './block.ts';

// What V8 takes for it, about; the heap snapshots it was read from had 64-bit pointers.
const ARRAY_BYTES = 32;
const POINTER_BYTES = 8;
const HISTOGRAM_BYTES = 200;

/** Of a point in a block. */
export const POINT_BYTES = 9;
/** Of a sample in columns. */
export const SAMPLE_BYTES = 16;

/** A label set's own memory; the texts are shared with others. */
export function labelsBytes(labels: Labels): number {
  return ARRAY_BYTES + labels.length * POINTER_BYTES;
}

export function textBytes(text: string): number {
  return ARRAY_BYTES + text.length * 2;
}

export function histogramBytes({ positiveBuckets, negativeBuckets }: Histogram): number {
  return HISTOGRAM_BYTES + (positiveBuckets.length + negativeBuckets.length) * POINTER_BYTES;
}

/** Of one row: its points, labels and histograms. */
export function rowBytes(block: Block, row: number): number {
  const { steps, kinds, histograms } = block;
  let bytes = steps * POINT_BYTES + labelsBytes(block.labels[row]!);
  if (histograms === null) return bytes;
  for (let i = row * steps; i < (row + 1) * steps; i++)
    if (kinds[i] === HISTOGRAM) bytes += histogramBytes(histograms[i]!);
  return bytes;
}
