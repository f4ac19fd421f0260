import { dropLabels, getLabel, type Labels, labelsKey, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Position } from '@tocsin/protocol/promql/position.ts';
import { type Block, FLOAT, HISTOGRAM } from '../block.ts';
import type { Evaluation } from '../evaluation.ts';
import type { ClassicBucket } from './classic.ts';

const BUCKET_LABEL = 'le';
const BUCKET_LABELS: ReadonlySet<string> = new Set([BUCKET_LABEL]);

/** Rows of one histogram: the buckets of a classic one by bound, and rows that hold native ones. */
export interface HistogramGroup {
  readonly labels: Labels;
  dropName: boolean;
  readonly classic: { readonly row: number; readonly upper: number }[];
  readonly native: number[];
}

/** Puts together the rows that only differ in `le`. Rows without a readable `le` give a warning. */
export async function groupHistograms(
  block: Block,
  { notes, budget }: Evaluation,
  position: Position,
): Promise<HistogramGroup[]> {
  const groups = new Map<string, HistogramGroup>();
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(block.steps)) await budget.pause();
    const labels = block.labels[row]!;
    const has = kindsOfRow(block, row);
    const text = getLabel(labels, BUCKET_LABEL);
    const upper = parseBound(text);
    if (has.float && upper === null) {
      const name = getLabel(labels, METRIC_NAME);
      notes.warn(
        `bucket label "le" is missing or has a malformed value of ${JSON.stringify(text)}${forMetric(name)}`,
        position,
      );
    }
    if (!has.histogram && upper === null) continue;
    const own = dropLabels(labels, BUCKET_LABELS);
    // A native histogram keeps an le label it happens to have.
    for (const isNative of [false, true]) {
      if (isNative ? !has.histogram : !has.float || upper === null) continue;
      const key = labelsKey(own);
      let group = groups.get(key);
      if (group === undefined) {
        group = { labels: isNative ? labels : own, dropName: true, classic: [], native: [] };
        groups.set(key, group);
      }
      if (isNative) group.native.push(row);
      else group.classic.push({ row, upper: upper! });
    }
  }
  for (const group of groups.values()) group.classic.sort((a, b) => a.upper - b.upper);
  return [...groups.values()];
}

/** The buckets of a classic histogram that are present at a step. */
export function bucketsAt(block: Block, group: HistogramGroup, step: number): ClassicBucket[] {
  const buckets: ClassicBucket[] = [];
  for (const { row, upper } of group.classic) {
    const element = row * block.steps + step;
    if (block.kinds[element] === FLOAT) buckets.push({ upper, count: block.values[element]! });
  }
  return buckets;
}

/** ` for metric name "x"`, or nothing. */
export function forMetric(name: string): string {
  return name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;
}

function kindsOfRow(block: Block, row: number): { readonly float: boolean; readonly histogram: boolean } {
  let float = false;
  let histogram = false;
  for (let i = row * block.steps; i < (row + 1) * block.steps; i++) {
    if (block.kinds[i] === FLOAT) float = true;
    else if (block.kinds[i] === HISTOGRAM) histogram = true;
  }
  return { float, histogram };
}

function parseBound(text: string): number | null {
  if (/^[+]?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return null;
  return Number(text);
}
