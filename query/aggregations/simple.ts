import { ABSENT, type Block, FLOAT, setFloat } from '../block.ts';
import type { Accumulator } from './accumulator.ts';

export interface ExtremeState {
  readonly best: Float64Array;
  /** 1 where there is a best. */
  readonly seen: Uint8Array;
  ignoredHistograms: boolean;
}

export interface VarianceState {
  readonly counts: Float64Array;
  readonly means: Float64Array;
  /** Sums of squared distances from the mean. */
  readonly squares: Float64Array;
  ignoredHistograms: boolean;
}

/** `min` and `max` of floats; NaN only wins against nothing. Histograms are passed over. */
export class ExtremeAccumulator implements Accumulator<ExtremeState> {
  readonly state: ExtremeState;
  readonly #steps: number;
  readonly #sign: number;

  constructor(groups: number, steps: number, isMax: boolean) {
    this.#steps = steps;
    this.#sign = isMax ? 1 : -1;
    this.state = {
      best: new Float64Array(groups * steps),
      seen: new Uint8Array(groups * steps),
      ignoredHistograms: false,
    };
  }

  add(block: Block, row: number, group: number): void {
    let source = row * this.#steps;
    let target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++, source++, target++) {
      const kind = block.kinds[source];
      if (kind === FLOAT) this.#offer(target, block.values[source]!);
      else if (kind !== ABSENT) this.state.ignoredHistograms = true;
    }
  }

  merge(other: ExtremeState, from: number, group: number): void {
    if (other.ignoredHistograms) this.state.ignoredHistograms = true;
    for (let step = 0; step < this.#steps; step++) {
      const source = from * this.#steps + step;
      if (other.seen[source] === 1) this.#offer(group * this.#steps + step, other.best[source]!);
    }
  }

  finish(result: Block): void {
    const { best, seen } = this.state;
    for (let i = 0; i < best.length; i++) if (seen[i] === 1) setFloat(result, i, best[i]!);
  }

  #offer(element: number, value: number): void {
    const { best, seen } = this.state;
    const known = best[element]!;
    if (seen[element] === 0 || this.#sign * value > this.#sign * known || Number.isNaN(known)) {
      best[element] = value;
      seen[element] = 1;
    }
  }
}

/** `count` and `group`: how many samples, or that there are any, floats and histograms alike. */
export class CountAccumulator implements Accumulator<Float64Array> {
  /** How many, by element. */
  readonly state: Float64Array;
  readonly #steps: number;
  readonly #group: boolean;

  constructor(groups: number, steps: number, isGroup: boolean) {
    this.#steps = steps;
    this.#group = isGroup;
    this.state = new Float64Array(groups * steps);
  }

  add(block: Block, row: number, group: number): void {
    const source = row * this.#steps;
    const target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++)
      if (block.kinds[source + step] !== ABSENT) this.state[target + step]!++;
  }

  merge(other: Float64Array, from: number, group: number): void {
    for (let step = 0; step < this.#steps; step++)
      this.state[group * this.#steps + step]! += other[from * this.#steps + step]!;
  }

  finish(result: Block): void {
    for (let i = 0; i < this.state.length; i++)
      if (this.state[i]! > 0) setFloat(result, i, this.#group ? 1 : this.state[i]!);
  }
}

/** `stddev` and `stdvar` of floats: Welford's method, merged by Chan's formula. Histograms are passed over. */
export class VarianceAccumulator implements Accumulator<VarianceState> {
  readonly state: VarianceState;
  readonly #steps: number;
  readonly #root: boolean;

  constructor(groups: number, steps: number, isDeviation: boolean) {
    this.#steps = steps;
    this.#root = isDeviation;
    this.state = {
      counts: new Float64Array(groups * steps),
      means: new Float64Array(groups * steps),
      squares: new Float64Array(groups * steps),
      ignoredHistograms: false,
    };
  }

  add(block: Block, row: number, group: number): void {
    const { counts, means, squares } = this.state;
    let source = row * this.#steps;
    let target = group * this.#steps;
    for (let step = 0; step < this.#steps; step++, source++, target++) {
      const kind = block.kinds[source];
      if (kind === ABSENT) continue;
      if (kind !== FLOAT) {
        this.state.ignoredHistograms = true;
        continue;
      }
      const value = block.values[source]!;
      const delta = value - means[target]!;
      counts[target]!++;
      means[target]! += delta / counts[target]!;
      squares[target]! += delta * (value - means[target]!);
    }
  }

  merge(other: VarianceState, from: number, group: number): void {
    const { counts, means, squares } = this.state;
    if (other.ignoredHistograms) this.state.ignoredHistograms = true;
    for (let step = 0; step < this.#steps; step++) {
      const source = from * this.#steps + step;
      const target = group * this.#steps + step;
      const added = other.counts[source]!;
      if (added === 0) continue;
      const count = counts[target]! + added;
      if (counts[target] === 0) {
        // Not through the square of the distance from 0, which may be infinite.
        means[target] = other.means[source]!;
        squares[target] = other.squares[source]!;
        counts[target] = added;
        continue;
      }
      const delta = other.means[source]! - means[target]!;
      squares[target]! += other.squares[source]! + (delta * delta * counts[target]! * added) / count;
      means[target]! += (delta * added) / count;
      counts[target] = count;
    }
  }

  finish(result: Block): void {
    const { counts, squares } = this.state;
    for (let i = 0; i < counts.length; i++) {
      if (counts[i] === 0) continue;
      const variance = squares[i]! / counts[i]!;
      setFloat(result, i, this.#root ? Math.sqrt(variance) : variance);
    }
  }
}
