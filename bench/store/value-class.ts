import type { Random } from '@tocsin/runtime/random.ts';

/** A kind of values that metrics have. `spread` is drawn once for each series and shapes its steps. */
export interface ValueClass {
  readonly name: string;
  readonly first: (random: Random) => { readonly value: number; readonly spread: number };
  readonly next: (value: number, spread: number, random: Random) => number;
  /** The entropy of a step that led to `value`: what an encoder that knew all about the source would need, in bits. */
  readonly entropyBits: (value: number, spread: number) => number;
}

const DOUBLE_STEP = 0.02;
const MANTISSA_BITS = 52;

export const COUNTER: ValueClass = {
  name: 'counter',
  first: (random) => ({
    value: Math.floor(random.next() * 1e6),
    spread: 1 + random.next() * random.next() * 200,
  }),
  next: (value, spread, random) => value + Math.floor(random.next() * spread),
  // Each whole number below the spread as likely as the next, the last one less.
  entropyBits(_value, spread) {
    const whole = Math.floor(spread);
    const rest = spread - whole;
    const ofRest = rest > 0 ? (rest / spread) * Math.log2(spread / rest) : 0;
    return (whole / spread) * Math.log2(spread) + ofRest;
  },
};

/** Wanders around what it began with. */
export const TWO_DECIMALS: ValueClass = {
  name: '2-decimal gauge',
  first: (random) => around(Math.floor(random.next() * 1e4) / 100),
  next: (value, spread, random) => Math.round(wander(value, spread, 2, uniform(random)) * 100) / 100,
  entropyBits: () => Math.log2(2 * 100),
};

export const FOUR_DECIMALS: ValueClass = {
  name: '4-decimal ratio',
  first: (random) => around(Math.floor(random.next() * 1e4) / 1e4),
  next(value, spread, random) {
    const next = Math.min(1, Math.max(0, wander(value, spread, 0.05, uniform(random))));
    return Math.round(next * 1e4) / 1e4;
  },
  entropyBits: () => Math.log2(0.05 * 1e4),
};

export const CONSTANT: ValueClass = {
  name: 'constant',
  first: (random) => around(Math.floor(random.next() * 1e4)),
  next: (value) => value,
  entropyBits: () => 0,
};

export const FULL_DOUBLE: ValueClass = {
  name: 'full double',
  first: (random) => around(uniform(random)),
  next: (value, spread, random) => wander(value, spread, DOUBLE_STEP, uniform(random)),
  // As many values as there are doubles in the step's range, but no more than chance can draw.
  entropyBits(value) {
    const exponent = Math.floor(Math.log2(Math.abs(value)));
    return Math.min(MANTISSA_BITS + 1, Math.log2(DOUBLE_STEP) + MANTISSA_BITS - exponent);
  },
};

export const VALUE_CLASSES: readonly ValueClass[] = [
  COUNTER,
  TWO_DECIMALS,
  FOUR_DECIMALS,
  CONSTANT,
  FULL_DOUBLE,
];

function around(value: number): { readonly value: number; readonly spread: number } {
  return { value, spread: value };
}

/** A step of `size` at most in all, and a pull back to the middle. */
function wander(value: number, middle: number, size: number, chance: number): number {
  return value + (chance - 0.5) * size + (middle - value) * 0.05;
}

/** In [0, 1), with all 53 bits of a double. */
function uniform(random: Random): number {
  return (random.below(2 ** 27) * 2 ** 26 + random.below(2 ** 26)) / 2 ** 53;
}
