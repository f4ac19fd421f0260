import type { NamedCount } from './label-counts.ts';
import type { LimitReached } from './series-limits.ts';

interface SenderLimits {
  readonly seriesPerSenderMax: number;
  readonly seriesOfSenderMax: Readonly<Record<string, number>>;
}

/** How many series each sender has brought, by the name of its token; numbered from 1, 0 is nobody. */
export class Senders {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [''];
  readonly #series: number[] = [0];
  #current = 0;

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

  limitReached(limits: SenderLimits): LimitReached | null {
    const name = this.#names[this.#current]!;
    const max = Object.hasOwn(limits.seriesOfSenderMax, name)
      ? limits.seriesOfSenderMax[name]!
      : limits.seriesPerSenderMax;
    return this.#series[this.#current]! < max ? null : { limit: 'series_per_sender', name, max };
  }

  counts(): readonly NamedCount[] {
    return this.#names
      .map((name, number) => ({ name, count: this.#series[number]! }))
      .filter(({ count }, number) => number > 0 && count > 0)
      .sort((a, b) => b.count - a.count);
  }
}
