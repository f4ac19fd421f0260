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
  // As in Prometheus: what is wrong with the "one" side is said before anything is matched with it.
  for (const family of families.values()) {
    if (family.one.length < 2) continue;
    if (evaluation.budget.due(family.one.length * many.steps)) await evaluation.budget.pause();
    matcher.checkOne(family);
  }
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
  /** The steps at which rows of the result had a match, kept or not; null where two of "many" cannot get the same labels. */
  readonly #taken: Map<number, Uint8Array> | null;
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
    const mayFilter = isComparison(expr.operator) && !expr.bool;
    this.#taken = mayFilter && matching.include.length > 0 ? new Map() : null;
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
      let taken: Uint8Array | null = null;
      for (let step = 0; step < steps; step++) {
        const element = row * steps + step;
        if (this.#many.kinds[element] === ABSENT) continue;
        const partner = this.#oneAt[step]!;
        if (partner < 0 && this.#fillOne === null) continue;
        const sample = sampleAt(this.#many, element);
        const other = partner < 0 ? this.#fillOne! : sampleAt(this.#one, partner * steps + step);
        const result = this.#swapped ? this.#operation(other, sample) : this.#operation(sample, other);
        // A pair the operator cannot work with is none; one that a comparison filters out is.
        if (result === null && !this.#compares(sample, other)) continue;
        if (this.#manySeen[step] === 1 && this.#matching.cardinality === 'one-to-one') {
          throw new QueryError(
            'execution',
            'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
          );
        }
        this.#manySeen[step] = 1;
        if (result === null && this.#taken === null) continue;
        if (partner !== pairedWith) {
          pairedWith = partner;
          target = this.#resultRow(row, partner);
          taken = this.#takenOf(target);
        }
        if (taken !== null) {
          if (taken[step] === 1) throw notUnique();
          taken[step] = 1;
        }
        if (result !== null) this.#put(target, step, result);
      }
    }
    if (this.#fillMany !== null) this.#fillMissing(this.#fillMany);
  }

  finish(): Block {
    return this.#builder.finish();
  }

  /** Throws when two rows of the "one" side are present at a step. */
  checkOne(family: Family): void {
    this.#placeOne(family);
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

  /** True for samples that a comparison gives an answer for. */
  #compares(a: Sample, b: Sample): boolean {
    const { operator } = this.#expr;
    if (!isComparison(operator) || typeof a !== typeof b) return false;
    return typeof a === 'number' || operator === '==' || operator === '!=';
  }

  #takenOf(target: number): Uint8Array | null {
    if (this.#taken === null) return null;
    let taken = this.#taken.get(target);
    if (taken === undefined) {
      this.#budget.holdBytes(this.#steps);
      taken = new Uint8Array(this.#steps);
      this.#taken.set(target, taken);
    }
    return taken;
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
      const one = sampleAt(this.#one, partner * steps + step);
      const result = this.#swapped ? this.#operation(one, fill) : this.#operation(fill, one);
      if (result !== null) this.#put(this.#resultRow(-1, partner), step, result);
    }
  }

  #put(target: number, step: number, result: Sample): void {
    const { block } = this.#builder;
    const element = target * this.#steps + step;
    if (block.kinds[element] !== ABSENT) throw notUnique();
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

function notUnique(): QueryError {
  return new QueryError(
    'execution',
    'multiple matches for labels: grouping labels must ensure unique matches',
  );
}

function sampleAt(block: Block, element: number): Sample {
  return block.kinds[element] === FLOAT ? block.values[element]! : histogramAt(block, element);
}
