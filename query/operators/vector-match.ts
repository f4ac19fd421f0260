import { getLabel, type Labels, labelsKey, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Binary, Matching } from '@tocsin/protocol/promql/expr.ts';
import { isComparison, isTrim } from '@tocsin/protocol/promql/operators.ts';
import { ABSENT, type Block, FLOAT, histogramAt, setFloat, setHistogram } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Budget } from '../budget.ts';
import type { Evaluation } from '../evaluation.ts';
import { formatLabelSet } from '../format-label-set.ts';
import { labelsBytes, POINT_BYTES } from '../memory.ts';
import { QueryError } from '../query-error.ts';
import { dropReserved } from '../reserved-labels.ts';
import { type ElementOperation, elementOperation, type Sample } from './element.ts';
import { type Signature, sharedLabels, signatureKey, signatureOf } from './signature.ts';

/** Rows of both sides with one signature. */
interface Family {
  readonly many: number[];
  readonly one: number[];
}

/**
 * An operator between two vectors. Rows are put into families by signature once; within a family each step
 * pairs the present rows. The "one" side may have one present row a step only.
 */
export async function matchVectors(
  evaluation: Evaluation,
  expr: Binary,
  left: Block,
  right: Block,
): Promise<Block> {
  const matching = expr.matching;
  const swapped = matching.cardinality === 'one-to-many';
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const matcher = new VectorMatcher(evaluation, expr, matching, many, one, swapped);
  const families = await familiesOf(many, one, matcher.signature, evaluation.budget);
  for (const family of families.values()) {
    if (evaluation.budget.due((family.many.length + family.one.length) * many.steps))
      await evaluation.budget.pause();
    matcher.match(family);
  }
  evaluation.budget.release(many.values.length + one.values.length);
  return await withoutEmptyRows(matcher.finish(), evaluation.budget);
}

async function familiesOf(
  many: Block,
  one: Block,
  signature: Signature,
  budget: Budget,
): Promise<Map<string, Family>> {
  const families = new Map<string, Family>();
  for (const [block, side] of [
    [many, 'many'],
    [one, 'one'],
  ] as const) {
    for (let row = 0; row < block.labels.length; row++) {
      if (budget.due(20)) await budget.pause();
      const key = signatureKey(block.labels[row]!, signature);
      let family = families.get(key);
      if (family === undefined) {
        family = { many: [], one: [] };
        families.set(key, family);
      }
      family[side].push(row);
    }
  }
  return families;
}

class VectorMatcher {
  readonly signature: Signature;
  readonly #budget: Budget;
  readonly #expr: Binary;
  readonly #matching: Matching;
  readonly #many: Block;
  readonly #one: Block;
  readonly #swapped: boolean;
  readonly #steps: number;
  readonly #operation: ElementOperation;
  readonly #keepsName: boolean;
  readonly #builder: BlockBuilder;
  readonly #rowOf = new Map<string, number>();
  readonly #fillMany: number | null;
  readonly #fillOne: number | null;
  readonly #oneAt: Int32Array;
  readonly #manySeen: Uint8Array;
  #manyPresent: Uint8Array | null = null;

  constructor(
    evaluation: Evaluation,
    expr: Binary,
    matching: Matching,
    many: Block,
    one: Block,
    swapped: boolean,
  ) {
    this.signature = signatureOf(matching);
    this.#budget = evaluation.budget;
    this.#expr = expr;
    this.#matching = matching;
    this.#many = many;
    this.#one = one;
    this.#swapped = swapped;
    this.#steps = many.steps;
    this.#operation = elementOperation(expr, evaluation.notes);
    this.#keepsName = isComparison(expr.operator) || isTrim(expr.operator);
    this.#builder = new BlockBuilder(many.steps, Math.max(many.labels.length, 1));
    this.#fillMany = swapped ? matching.fillRight : matching.fillLeft;
    this.#fillOne = swapped ? matching.fillLeft : matching.fillRight;
    this.#oneAt = new Int32Array(many.steps);
    this.#manySeen = new Uint8Array(many.steps);
  }

  match(family: Family): void {
    const steps = this.#steps;
    if (family.one.length === 0 && this.#fillOne === null) return;
    this.#placeOne(family);
    if (family.many.length === 0 && this.#fillMany === null) return;
    this.#manySeen.fill(0);
    for (const row of family.many) {
      // The pair changes seldom along the steps, so the row of the result is looked up when it does.
      let pairedWith = -2;
      let target = 0;
      for (let step = 0; step < steps; step++) {
        const element = row * steps + step;
        if (this.#many.kinds[element] === ABSENT) continue;
        const partner = this.#oneAt[step]!;
        if (partner < 0 && this.#fillOne === null) continue;
        if (this.#manySeen[step] === 1 && this.#matching.cardinality === 'one-to-one') {
          throw new QueryError(
            'execution',
            'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
          );
        }
        this.#manySeen[step] = 1;
        if (partner !== pairedWith) {
          pairedWith = partner;
          target = this.#resultRow(row, partner);
        }
        const other = partner < 0 ? this.#fillOne! : sampleAt(this.#one, partner * steps + step);
        this.#put(target, step, sampleAt(this.#many, element), other);
      }
    }
    if (this.#fillMany !== null) this.#fillMissing(this.#fillMany);
  }

  finish(): Block {
    return this.#builder.finish();
  }

  /** Which row of the "one" side is present at each step. */
  #placeOne(family: Family): void {
    const steps = this.#steps;
    this.#oneAt.fill(-1);
    for (const row of family.one) {
      for (let step = 0; step < steps; step++) {
        if (this.#one.kinds[row * steps + step] === ABSENT) continue;
        const before = this.#oneAt[step]!;
        if (before >= 0 && this.#anyMany(step)) throw this.#duplicate(before, row);
        if (before < 0) this.#oneAt[step] = row;
      }
    }
  }

  /** A step at which the other side is empty asks for no match, so duplicates do no harm there. */
  #anyMany(step: number): boolean {
    if (this.#fillMany !== null) return true;
    if (this.#manyPresent === null) {
      this.#manyPresent = new Uint8Array(this.#steps);
      for (let i = 0; i < this.#many.kinds.length; i++)
        if (this.#many.kinds[i] !== ABSENT) this.#manyPresent[i % this.#steps] = 1;
    }
    return this.#manyPresent[step] === 1;
  }

  #duplicate(first: number, second: number): QueryError {
    const side = this.#swapped ? 'left' : 'right';
    const group = formatLabelSet(sharedLabels(this.#one.labels[first]!, this.signature));
    const pair = `[${formatLabelSet(this.#one.labels[first]!)}, ${formatLabelSet(this.#one.labels[second]!)}]`;
    return new QueryError(
      'execution',
      `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ${pair};many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  #fillMissing(fill: number): void {
    const steps = this.#steps;
    for (let step = 0; step < steps; step++) {
      const partner = this.#oneAt[step]!;
      if (partner < 0 || this.#manySeen[step] === 1) continue;
      const target = this.#resultRow(-1, partner);
      this.#put(target, step, fill, sampleAt(this.#one, partner * steps + step));
    }
  }

  #put(target: number, step: number, many: Sample, one: Sample): void {
    const result = this.#swapped ? this.#operation(one, many) : this.#operation(many, one);
    const { block } = this.#builder;
    const element = target * this.#steps + step;
    if (result === null) return;
    if (block.kinds[element] !== ABSENT) {
      throw new QueryError(
        'execution',
        'multiple matches for labels: grouping labels must ensure unique matches',
      );
    }
    if (typeof result === 'number') setFloat(block, element, result);
    else setHistogram(block, element, result);
  }

  #resultRow(manyRow: number, oneRow: number): number {
    const labels = this.#resultLabels(manyRow, oneRow);
    const key = labelsKey(labels);
    let row = this.#rowOf.get(key);
    if (row === undefined) {
      this.#budget.hold(this.#steps, this.#steps * POINT_BYTES + labelsBytes(labels));
      row = this.#builder.addRow(labels, this.#expr.bool || this.#dropsName(manyRow));
      this.#rowOf.set(key, row);
    }
    return row;
  }

  #dropsName(manyRow: number): boolean {
    return manyRow >= 0 && this.#many.dropName[manyRow]!;
  }

  #resultLabels(manyRow: number, oneRow: number): Labels {
    const { cardinality, include } = this.#matching;
    const known =
      manyRow >= 0 ? this.#many.labels[manyRow]! : sharedLabels(this.#one.labels[oneRow]!, this.signature);
    let labels = this.#keepsName ? known : dropReserved(known);
    if (cardinality === 'one-to-one') labels = this.#oneToOneLabels(labels);
    if (oneRow >= 0)
      for (const name of include) labels = withLabel(labels, name, getLabel(this.#one.labels[oneRow]!, name));
    return labels;
  }

  #oneToOneLabels(labels: Labels): Labels {
    const { on } = this.#matching;
    if (on) return sharedLabels(labels, this.signature);
    const name = getLabel(labels, METRIC_NAME);
    return withLabel(sharedLabels(labels, this.signature), METRIC_NAME, name);
  }
}

function sampleAt(block: Block, element: number): Sample {
  return block.kinds[element] === FLOAT ? block.values[element]! : histogramAt(block, element);
}
