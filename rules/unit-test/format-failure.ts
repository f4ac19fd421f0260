import type { Mismatch, TestFailure } from './unit-test.ts';

/** A failure under the line of its file; with `diff`, only what differs is marked. */
export function formatFailure(file: string, test: string, failure: TestFailure, diff: boolean): string {
  const head = `${file}:${failure.line}: ${test}: ${failure.detail}`;
  if (!failure.mismatch) return head;
  return `${head}\n${diff ? marked(failure.mismatch) : bothLists(failure.mismatch)}`;
}

function bothLists({ expected, got }: Mismatch): string {
  return `${list('exp', expected)}\n${list('got', got)}`;
}

function list(title: string, items: readonly string[]): string {
  if (items.length === 0) return `  ${title}: nothing`;
  return `  ${title}:\n${items.map((item) => `    - ${item.replaceAll('\n', '\n      ')}`).join('\n')}`;
}

/** `-` was expected and did not come, `+` came unexpected. Both lists are sorted. */
function marked({ expected, got }: Mismatch): string {
  const left = count(got);
  const rows: string[] = [];
  for (const item of expected) {
    const others = left.get(item) ?? 0;
    if (others > 0) left.set(item, others - 1);
    rows.push(row(others > 0 ? ' ' : '-', item));
  }
  for (const [item, times] of left) for (let i = 0; i < times; i++) rows.push(row('+', item));
  return rows.join('\n');
}

function count(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function row(mark: string, item: string): string {
  return item
    .split('\n')
    .map((line) => `  ${mark} ${line}`)
    .join('\n');
}
