import type { NamedCount } from './label-counts.ts';

/** How many series each sender has brought, by the name of its token; numbered from 1, 0 is nobody. */
export class Senders {
  readonly #seriesMax: number;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [''];
  readonly #series: number[] = [0];
  #current = 0;

  constructor(seriesMax: number) {
    this.#seriesMax = seriesMax;
  }

  /** Whose request comes next. Names are those of the configuration, so there are few. */
  use(name: string): void {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#numbers.set(name, number);
      this.#names.push(name);
      this.#series.push(0);
    }
    this.#current = number;
  }

  /** The current sender brings a series; returns its number. */
  enter(): number {
    this.#series[this.#current]!++;
    return this.#current;
  }

  leave(number: number): void {
    if (number > 0) this.#series[number]!--;
  }

  limitReached(): string | null {
    if (this.#series[this.#current]! < this.#seriesMax) return null;
    const name = this.#names[this.#current]!;
    return `${name === '' ? 'whoever sends without a token' : `sender ${name}`} has ${this.#seriesMax} series, the limit`;
  }

  counts(): readonly NamedCount[] {
    return this.#names
      .map((name, number) => ({ name, count: this.#series[number]! }))
      .filter(({ count }, number) => number > 0 && count > 0)
      .sort((a, b) => b.count - a.count);
  }
}
