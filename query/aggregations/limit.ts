import { xxhash64 } from '@tocsin/protocol/hash/xxhash64.ts';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import { formatGo } from '@tocsin/protocol/promql/format-number.ts';
import { withoutParens } from '@tocsin/protocol/promql/walk.ts';
import { ABSENT, type Block } from '../block.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { QueryError } from '../query-error.ts';
import type { Groups } from './groups.ts';
import { countParameter, outermost, scalarParameter } from './parameter.ts';

const utf8 = new TextEncoder();

/** `limitk`: the first k rows of each group; `limit_ratio`: a share of all rows, the same ones every time. */
export async function limit(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  groups: Groups,
): Promise<Block> {
  if (expr.operator === 'limitk')
    await keepFirst(evaluation, block, groups, await countParameter(evaluation, expr));
  else await keepShare(evaluation, expr, block, await scalarParameter(evaluation, expr));
  return await withoutEmptyRows(block, evaluation.budget);
}

async function keepFirst(
  { budget }: Evaluation,
  block: Block,
  groups: Groups,
  limits: Int32Array,
): Promise<void> {
  const taken = new Int32Array(groups.count * block.steps);
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(block.steps)) await budget.pause();
    for (let step = 0; step < block.steps; step++) {
      const element = row * block.steps + step;
      if (block.kinds[element] === ABSENT) continue;
      const slot = groups.ofRow[row]! * block.steps + step;
      if (taken[slot]! < limits[step]!) taken[slot]!++;
      else block.kinds[element] = ABSENT;
    }
  }
}

async function keepShare(
  evaluation: Evaluation,
  expr: Aggregation,
  block: Block,
  ratios: Float64Array,
): Promise<void> {
  if (ratios.some(Number.isNaN)) throw new QueryError('execution', 'Ratio value is NaN');
  for (const ratio of outermost(ratios, -1, 1)) {
    const detail = `ratio value should be between -1 and 1, got ${formatGo(ratio)}, capping to ${Math.sign(ratio)}`;
    evaluation.notes.warn(detail, withoutParens(expr.parameter!).position);
  }
  const capped = ratios.map((ratio) => Math.max(-1, Math.min(1, ratio)));
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(block.steps + 100)) await evaluation.budget.pause();
    const place = hashToUnit(block.labels[row]!);
    for (let step = 0; step < block.steps; step++) {
      const ratio = capped[step]!;
      // A negative ratio keeps just what the positive rest would not.
      const kept = ratio >= 0 ? place < ratio : place >= 1 + ratio;
      if (!kept) block.kinds[row * block.steps + step] = ABSENT;
    }
  }
}

/** A number in [0, 1] that only depends on the labels: the one Prometheus has for them, so that the same rows are kept. */
function hashToUnit(labels: Labels): number {
  return Number(xxhash64(hashed(labels))) / 2 ** 64;
}

const LENGTH_FOLLOWS = 255;

/** The labels as Prometheus hashes them: each text behind its length, of one byte or, from 255 on, of three more. */
function hashed(labels: Labels): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const text of labels) {
    const bytes = utf8.encode(text);
    const { length } = bytes;
    pieces.push(
      length < LENGTH_FOLLOWS
        ? Uint8Array.of(length)
        : Uint8Array.of(LENGTH_FOLLOWS, length & 255, (length >>> 8) & 255, length >>> 16),
      bytes,
    );
  }
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
