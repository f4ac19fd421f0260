import { ABSENT, type Block, FLOAT, setFloat } from '../block.ts';
import type { Accumulator } from './accumulator.ts';

/** `min` and `max` of floats; NaN only wins against nothing. Histograms are passed over. */
export class ExtremeAccumulator implements Accumulator<ExtremeAccumulator> {
  readonly #steps: number;
  readonly #sign: number;
  readonly #best: Float64Array;
  readonly #seen: Uint8Array;
  ignoredHistograms = false;

  constructor(groups: number, steps: number, isMax: boolean) {
    this.#steps = steps;
    this.#sign = isMax ? 1 : -1;
    this.#best = new Float64Array(groups * steps);
    this.#seen = new Uint8Array(groups * steps);
  }

  add(block: Block, row: number, group: number): void {
    let source = row * this.#steps;
    let target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++, source++, target++) {
      const kind = block.kinds[source];
      if (kind === FLOAT) this.#offer(target, block.values[source]!);
      else if (kind !== ABSENT) this.ignoredHistograms = true;
    }
  }

  merge(other: ExtremeAccumulator, from: number, group: number): void {
    for (let step = 0; step < this.#steps; step++) {
      const source = from * this.#steps + step;
      if (other.#seen[source] === 1) this.#offer(group * this.#steps + step, other.#best[source]!);
    }
  }

  finish(result: Block): void {
    for (let i = 0; i < this.#best.length; i++) if (this.#seen[i] === 1) setFloat(result, i, this.#best[i]!);
  }

  #offer(element: number, value: number): void {
    const best = this.#best[element]!;
    if (this.#seen[element] === 0 || this.#sign * value > this.#sign * best || Number.isNaN(best)) {
      this.#best[element] = value;
      this.#seen[element] = 1;
    }
  }
}

/** `count` and `group`: how many samples, or that there are any, floats and histograms alike. */
export class CountAccumulator implements Accumulator<CountAccumulator> {
  readonly #steps: number;
  readonly #group: boolean;
  readonly #counts: Float64Array;

  constructor(groups: number, steps: number, isGroup: boolean) {
    this.#steps = steps;
    this.#group = isGroup;
    this.#counts = new Float64Array(groups * steps);
  }

  add(block: Block, row: number, group: number): void {
    const source = row * this.#steps;
    const target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++)
      if (block.kinds[source + step] !== ABSENT) this.#counts[target + step]!++;
  }

  merge(other: CountAccumulator, from: number, group: number): void {
    for (let step = 0; step < this.#steps; step++) {
      this.#counts[group * this.#steps + step]! += other.#counts[from * this.#steps + step]!;
    }
  }

  finish(result: Block): void {
    for (let i = 0; i < this.#counts.length; i++) {
      if (this.#counts[i]! > 0) setFloat(result, i, this.#group ? 1 : this.#counts[i]!);
    }
  }
}

/** `stddev` and `stdvar` of floats: Welford's method, merged by Chan's formula. Histograms are passed over. */
export class VarianceAccumulator implements Accumulator<VarianceAccumulator> {
  readonly #steps: number;
  readonly #root: boolean;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  ignoredHistograms = false;

  constructor(groups: number, steps: number, isDeviation: boolean) {
    this.#steps = steps;
    this.#root = isDeviation;
    this.#counts = new Float64Array(groups * steps);
    this.#means = new Float64Array(groups * steps);
    this.#squares = new Float64Array(groups * steps);
  }

  add(block: Block, row: number, group: number): void {
    let source = row * this.#steps;
    let target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++, source++, target++) {
      const kind = block.kinds[source];
      if (kind === ABSENT) continue;
      if (kind !== FLOAT) {
        this.ignoredHistograms = true;
        continue;
      }
      const value = block.values[source]!;
      const delta = value - this.#means[target]!;
      this.#counts[target]!++;
      this.#means[target]! += delta / this.#counts[target]!;
      this.#squares[target]! += delta * (value - this.#means[target]!);
    }
  }

  merge(other: VarianceAccumulator, from: number, group: number): void {
    for (let step = 0; step < this.#steps; step++) {
      const source = from * this.#steps + step;
      const target = group * this.#steps + step;
      const added = other.#counts[source]!;
      if (added === 0) continue;
      const count = this.#counts[target]! + added;
      const delta = other.#means[source]! - this.#means[target]!;
      this.#squares[target]! +=
        other.#squares[source]! + (delta * delta * this.#counts[target]! * added) / count;
      this.#means[target]! += (delta * added) / count;
      this.#counts[target] = count;
    }
  }

  finish(result: Block): void {
    for (let i = 0; i < this.#counts.length; i++) {
      if (this.#counts[i] === 0) continue;
      const variance = this.#squares[i]! / this.#counts[i]!;
      setFloat(result, i, this.#root ? Math.sqrt(variance) : variance);
    }
  }
}
