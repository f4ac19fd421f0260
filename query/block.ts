import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';

export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/**
 * An instant vector at all steps of a query: row by row (a series each), the steps of a row side by side, so
 * element `row * steps + step`. Nine bytes a point, whatever the number of series; at one step the columns run
 * over the series. Who receives a block owns it and may write to it.
 */
export interface Block {
  readonly steps: number;
  /** One entry a row. */
  labels: Labels[];
  /** Rows whose metric name is to be removed in the end (Prometheus' delayed name removal). */
  dropName: boolean[];
  values: Float64Array;
  /** ABSENT, FLOAT or HISTOGRAM. */
  kinds: Uint8Array;
  /** Null while no element is a histogram. */
  histograms: (Histogram | null)[] | null;
}

export function emptyBlock(steps: number): Block {
  return {
    steps,
    labels: [],
    dropName: [],
    values: new Float64Array(0),
    kinds: new Uint8Array(0),
    histograms: null,
  };
}

/** A block of `rows` rows, all absent, for the caller to fill. */
export function blockOf(steps: number, labels: Labels[], dropName: boolean[]): Block {
  const size = steps * labels.length;
  return {
    steps,
    labels,
    dropName,
    values: new Float64Array(size),
    kinds: new Uint8Array(size),
    histograms: null,
  };
}

export function setFloat(block: Block, element: number, value: number): void {
  block.values[element] = value;
  block.kinds[element] = FLOAT;
}

export function setHistogram(block: Block, element: number, histogram: Histogram): void {
  block.histograms ??= [];
  block.histograms[element] = histogram;
  block.kinds[element] = HISTOGRAM;
}

export function histogramAt(block: Block, element: number): Histogram {
  const histogram = block.histograms?.[element];
  if (histogram === undefined || histogram === null)
    throw new Error(`no histogram at element ${element} of the block`);
  return histogram;
}

export function copyRow(from: Block, row: number, to: Block, target: number): void {
  const { steps } = from;
  const start = row * steps;
  to.values.set(from.values.subarray(start, start + steps), target * steps);
  to.kinds.set(from.kinds.subarray(start, start + steps), target * steps);
  if (from.histograms === null) return;
  for (let step = 0; step < steps; step++) {
    if (from.kinds[start + step] === HISTOGRAM)
      setHistogram(to, target * steps + step, histogramAt(from, start + step));
  }
}

export function isRowEmpty(block: Block, row: number): boolean {
  const end = (row + 1) * block.steps;
  for (let i = row * block.steps; i < end; i++) if (block.kinds[i] !== ABSENT) return false;
  return true;
}
