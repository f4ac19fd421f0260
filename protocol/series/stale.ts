/**
 * The staleness marker of Prometheus (model/value/value.go): a NaN whose bits are 0x7ff0000000000002. It says
 * "the series ended here". JavaScript's own NaN has other bits, and arithmetic may change a NaN's bits, so a
 * marker is only ever written and recognised through the bits of a typed array.
 */
export const STALE_NAN_HIGH = 0x7ff00000;
export const STALE_NAN_LOW = 0x00000002;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** True when the value's bits are the stale marker's. Copies through V8 keep the bits of a NaN it only moves. */
export function isStale(value: number): boolean {
  if (!Number.isNaN(value)) return false;
  scratch[0] = value;
  return scratchWords[0] === STALE_NAN_LOW && scratchWords[1] === STALE_NAN_HIGH;
}

/** True when element `index` is the stale marker; reads the bits in place. */
export function isStaleAt(values: Float64Array, index: number): boolean {
  const value = values[index]!;
  if (!Number.isNaN(value)) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === STALE_NAN_LOW && words[1] === STALE_NAN_HIGH;
}

/** Writes the stale marker's bits into element `index`. */
export function writeStale(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = STALE_NAN_LOW;
  words[1] = STALE_NAN_HIGH;
}
