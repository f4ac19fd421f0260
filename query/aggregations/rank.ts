import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, type Block, FLOAT } from '../block.ts';
import { takeRows, withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { inTurns } from '../in-turns.ts';
import type { Groups } from './groups.ts';
import { countParameter } from './parameter.ts';

/** `topk` and `bottomk`: the k rows of each group with the largest or smallest values, step by step. */
export async function rank(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  groups: Groups,
): Promise<Block> {
  const limits = await countParameter(evaluation, expr);
  const top = expr.operator === 'topk';
  const { steps, kinds, values } = block;
  const members = membersOf(groups);
  const kept = new Uint8Array(kinds.length);
  const order: number[] = [];
  const asksForAny = limits.some((limit) => limit > 0);
  let ignored = false;
  for (const rows of members) {
    for (let step = 0; step < steps; step++) {
      if (evaluation.budget.due(rows.length)) await evaluation.budget.pause();
      const best = new Ranking(Math.min(limits[step]!, rows.length), top);
      for (const row of rows) {
        const element = row * steps + step;
        if (kinds[element] === FLOAT) best.offer(row, values[element]!);
        else if (kinds[element] !== ABSENT) ignored ||= asksForAny;
      }
      const chosen = best.sorted();
      for (const row of chosen) kept[row * steps + step] = 1;
      if (steps === 1) for (const row of chosen) order.push(row);
    }
  }
  if (ignored) evaluation.notes.info(`ignored histogram in ${expr.operator} aggregation`, expr.position);
  const { budget } = evaluation;
  await inTurns(kinds.length, 1, budget, (from, to) => {
    for (let i = from; i < to; i++) if (kept[i] === 0) kinds[i] = ABSENT;
  });
  return steps === 1 ? await takeRows(block, order, budget) : await withoutEmptyRows(block, budget);
}

export function membersOf(groups: Groups): number[][] {
  const members: number[][] = Array.from({ length: groups.count }, () => []);
  groups.ofRow.forEach((group, row) => {
    members[group]!.push(row);
  });
  return members;
}

/** The best `size` of many values, as a heap with the worst of them on top; NaN is worse than any number. */
class Ranking {
  readonly #size: number;
  readonly #sign: number;
  readonly #rows: number[] = [];
  readonly #values: number[] = [];

  constructor(size: number, top: boolean) {
    this.#size = size;
    this.#sign = top ? 1 : -1;
  }

  offer(row: number, value: number): void {
    if (this.#size <= 0) return;
    const score = Number.isNaN(value) ? Number.NaN : this.#sign * value;
    if (this.#rows.length < this.#size) {
      this.#rows.push(row);
      this.#values.push(score);
      this.#rise(this.#rows.length - 1);
    } else if (isWorse(this.#values[0]!, score)) {
      this.#rows[0] = row;
      this.#values[0] = score;
      this.#sink();
    }
  }

  /** The rows, best first; of equal values in the order they came. */
  sorted(): number[] {
    const indexes = this.#rows.map((_row, i) => i);
    indexes.sort((a, b) => {
      if (isWorse(this.#values[b]!, this.#values[a]!)) return -1;
      if (isWorse(this.#values[a]!, this.#values[b]!)) return 1;
      return this.#rows[a]! - this.#rows[b]!;
    });
    return indexes.map((i) => this.#rows[i]!);
  }

  #rise(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isWorse(this.#values[child]!, this.#values[parent]!)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.#rows.length) return;
      const right = left + 1;
      const child =
        right < this.#rows.length && isWorse(this.#values[right]!, this.#values[left]!) ? right : left;
      if (!isWorse(this.#values[child]!, this.#values[parent]!)) return;
      this.#swap(child, parent);
      parent = child;
    }
  }

  #swap(a: number, b: number): void {
    const row = this.#rows[a]!;
    this.#rows[a] = this.#rows[b]!;
    this.#rows[b] = row;
    const value = this.#values[a]!;
    this.#values[a] = this.#values[b]!;
    this.#values[b] = value;
  }
}

function isWorse(a: number, b: number): boolean {
  return a < b || (Number.isNaN(a) && !Number.isNaN(b));
}
