/** Why a sample was not kept. */
export type RefusalReason =
  | 'invalid labels'
  | 'invalid sample'
  | 'too old'
  | 'too far in the future'
  | 'duplicate timestamp'
  | 'limit reached';

/** Counts what of a request was refused and names the first few, for the answer to the sender. */
export class Refusals {
  readonly counts = new Map<RefusalReason, number>();
  readonly #examples: string[] = [];
  readonly #examplesMax: number;
  #total = 0;

  constructor(examplesMax: number) {
    this.#examplesMax = examplesMax;
  }

  get total(): number {
    return this.#total;
  }

  /** `describe` is only called while there is room for another example. */
  add(reason: RefusalReason, describe: () => string, count = 1): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + count);
    this.#total += count;
    if (this.#examples.length < this.#examplesMax) this.#examples.push(`${reason}: ${describe()}`);
  }

  /** A text for the sender: how many, why, and the first of them. */
  describe(): string {
    const counts = [...this.counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
    return `Refused ${this.#total} (${counts}); the rest was kept. ${this.#examples.join('; ')}`;
  }
}
