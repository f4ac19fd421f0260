import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Block } from '../block.ts';
import type { PackedRows } from './fragment.ts';
import { packLabels, unpackLabels } from './packed-labels.ts';

const NONE = new Float64Array(0);
const NO_KINDS = new Uint8Array(0);

/** A block that nobody else will read or write. */
export function packRows({ labels, dropName, values, kinds, histograms }: Block): PackedRows {
  return {
    labels: packLabels(labels),
    dropName: Uint8Array.from(dropName, Number),
    // A builder may have left room behind them, which must not travel.
    values: values.byteLength === values.buffer.byteLength ? values : values.slice(),
    kinds: kinds.byteLength === kinds.buffer.byteLength ? kinds : kinds.slice(),
    histograms,
  };
}

/** Groups: rows without samples. */
export function packGroups(labels: readonly Labels[], dropName: readonly boolean[]): PackedRows {
  return {
    labels: packLabels(labels),
    dropName: Uint8Array.from(dropName, Number),
    values: NONE,
    kinds: NO_KINDS,
    histograms: null,
  };
}

export function rowsOf({ labels, dropName, values, kinds, histograms }: PackedRows, steps: number): Block {
  return {
    steps,
    labels: unpackLabels(labels),
    dropName: Array.from(dropName, (drop) => drop === 1),
    values,
    kinds,
    histograms: histograms === null ? null : [...histograms],
  };
}
