import { dropLabels, keepLabels, type Labels, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { Budget } from '../budget.ts';

/** Which group each row belongs to, groups numbered in the order they are met. */
export interface Groups {
  readonly count: number;
  readonly ofRow: Int32Array;
  readonly labels: Labels[];
  readonly dropName: boolean[];
}

/** Splits rows by the labels an aggregation names. */
export async function groupRows(
  block: { readonly labels: readonly Labels[]; readonly dropName: readonly boolean[] },
  grouping: readonly string[],
  without: boolean,
  budget: Budget,
): Promise<Groups> {
  const rows = block.labels.length;
  const ofRow = new Int32Array(rows);
  if (!without && grouping.length === 0) {
    const labels: Labels[] = rows > 0 ? [[]] : [];
    return { count: labels.length, ofRow, labels, dropName: rows > 0 ? [block.dropName.includes(true)] : [] };
  }
  const names = new Set(without ? [...grouping, METRIC_NAME] : grouping);
  const known = new Map<string, number>();
  const labels: Labels[] = [];
  const dropName: boolean[] = [];
  for (let row = 0; row < rows; row++) {
    if (budget.due(20)) await budget.pause();
    const key = groupKey(block.labels[row]!, names, without);
    let group = known.get(key);
    if (group === undefined) {
      group = labels.length;
      known.set(key, group);
      labels.push(without ? dropLabels(block.labels[row]!, names) : keepLabels(block.labels[row]!, names));
      dropName.push(false);
    }
    ofRow[row] = group;
    // The name goes in the end if it would for any row of the group.
    if (block.dropName[row]) dropName[group] = true;
  }
  return { count: labels.length, ofRow, labels, dropName };
}

function groupKey(labels: Labels, names: ReadonlySet<string>, without: boolean): string {
  let key = '';
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (names.has(name) === without) continue;
    const value = labels[i + 1]!;
    key += `${name.length}:${name}${value.length}:${value}`;
  }
  return key;
}
