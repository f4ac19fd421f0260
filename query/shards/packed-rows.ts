import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Block } from '../block.ts';
import type { Budget } from '../budget.ts';
import { histogramBytes, POINT_BYTES, textBytes } from '../memory.ts';
import type { PackedRows } from './fragment.ts';
import { packLabels, unpackLabels } from './packed-labels.ts';

const NONE = new Float64Array(0);
const NO_KINDS = new Uint8Array(0);

/** A block that nobody else will read or write. */
export async function packRows(block: Block, budget: Budget): Promise<PackedRows> {
  const { labels, dropName, values, kinds, histograms } = block;
  return {
    labels: await packLabels(labels, budget),
    dropName: packFlags(dropName),
    // A builder may have left room behind them, which must not travel.
    values: values.byteLength === values.buffer.byteLength ? values : values.slice(),
    kinds: kinds.byteLength === kinds.buffer.byteLength ? kinds : kinds.slice(),
    histograms,
  };
}

/** Groups: rows without samples. */
export async function packGroups(
  labels: readonly Labels[],
  dropName: readonly boolean[],
  budget: Budget,
): Promise<PackedRows> {
  return {
    labels: await packLabels(labels, budget),
    dropName: packFlags(dropName),
    values: NONE,
    kinds: NO_KINDS,
    histograms: null,
  };
}

export async function rowsOf(rows: PackedRows, steps: number, budget: Budget): Promise<Block> {
  const { labels, dropName, values, kinds, histograms } = rows;
  return {
    steps,
    labels: await unpackLabels(labels, budget),
    dropName: unpackFlags(dropName),
    values,
    kinds,
    histograms: histograms === null ? null : histograms.slice(),
  };
}

/** What they take in memory once unpacked. */
export function packedBytes({ labels, values, histograms }: PackedRows): number {
  const { text, counts, places } = labels;
  let bytes = values.length * POINT_BYTES + textBytes(text) + places.length * 8 + counts.length * 32;
  for (const histogram of histograms ?? []) if (histogram) bytes += histogramBytes(histogram);
  return bytes;
}

function packFlags(flags: readonly boolean[]): Uint8Array {
  const packed = new Uint8Array(flags.length);
  for (let i = 0; i < packed.length; i++) if (flags[i]) packed[i] = 1;
  return packed;
}

function unpackFlags(packed: Uint8Array): boolean[] {
  const flags: boolean[] = new Array(packed.length);
  for (let i = 0; i < packed.length; i++) flags[i] = packed[i] === 1;
  return flags;
}
