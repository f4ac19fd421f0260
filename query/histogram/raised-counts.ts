import { formatGo } from '@tocsin/protocol/promql/format-number.ts';

/** Buckets of one classic histogram whose counts were below those of smaller bounds: the span of their bounds and the largest fall. */
export interface FallenCounts {
  readonly lowest: number;
  readonly highest: number;
  readonly fall: number;
}

/** What had to be raised in how many histograms, and when; prints as Prometheus' annotation goes on. */
export class RaisedCounts {
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #fall = 0;
  #count = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;

  add({ lowest, highest, fall }: FallenCounts, timeMs: number): void {
    this.#lowest = Math.min(this.#lowest, lowest);
    this.#highest = Math.max(this.#highest, highest);
    this.#fall = Math.max(this.#fall, fall);
    this.#count++;
    this.#fromMs = Math.min(this.#fromMs, timeMs);
    this.#toMs = Math.max(this.#toMs, timeMs);
  }

  toString(): string {
    const buckets = `from buckets ${formatGo(this.#lowest)} to ${formatGo(this.#highest)}`;
    const fall = `with a max diff of ${twoDigits(this.#fall)}`;
    return `${buckets}, ${fall}, over ${this.#count} samples from ${time(this.#fromMs)} to ${time(this.#toMs)}`;
  }
}

/** As Go's `%.2g`. */
function twoDigits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return formatGo(value);
  const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 2) return String(Number(value.toPrecision(2)));
  return `${Number(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function time(timeMs: number): string {
  const seconds = Math.trunc(timeMs / 1_000);
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().replace('.000', '');
}
