// Go's Exp2(0.5) is the float below the nearest one; bounds are shown to users, so the last digit is Prometheus'.
const SQUARE_ROOT_OF_TWO = Math.SQRT2 - 2 ** -52;

const fractions: Float64Array[] = [Float64Array.of(0.5)];

/**
 * The bounds between 0.5 (included) and 1 that the buckets of a schema above 0 have, 2^schema of them: every
 * second one is the coarser schema's, each other the one before it times 2^(2^-schema).
 */
export function boundFractions(schema: number): Float64Array {
  for (let s = fractions.length; s <= schema; s++) {
    const coarser = fractions[s - 1]!;
    const factor = s === 1 ? SQUARE_ROOT_OF_TWO : 2 ** (2 ** -s);
    const bounds = new Float64Array(2 * coarser.length);
    for (let i = 0; i < coarser.length; i++) {
      bounds[2 * i] = coarser[i]!;
      bounds[2 * i + 1] = coarser[i]! * factor;
    }
    fractions.push(bounds);
  }
  return fractions[schema]!;
}
