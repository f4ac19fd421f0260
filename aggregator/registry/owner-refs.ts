import { larger } from './larger-column.ts';

const FIRST_CAPACITY = 256;

/** The refs of one owner: small numbers, used again once the owner has let go of them. */
export class OwnerRefs {
  #series = new Uint32Array(FIRST_CAPACITY);
  #size = 0;
  readonly #free: number[] = [];

  next(series: number): number {
    return this.take(series, this.#free.pop() ?? this.#size);
  }

  take(series: number, ref: number): number {
    while (ref >= this.#series.length) this.#series = larger(this.#series, Uint32Array);
    this.#series[ref] = series;
    this.#size = Math.max(this.#size, ref + 1);
    return ref;
  }

  release(ref: number): number {
    this.#free.push(ref);
    return this.#series[ref]!;
  }

  /** Takes over the series' new numbers; which refs are free stays. */
  renumber(other: OwnerRefs): void {
    this.#series = other.#series;
  }
}
