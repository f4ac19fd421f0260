const MASK = (1n << 64n) - 1n;
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
const STRIPE_BYTES = 32;

/** XXH64 with seed 0, as its specification says. For where a hash has to be the one others make; some 10 us a hundred bytes. */
export function xxhash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { length } = bytes;
  let at = 0;
  let hash = PRIME_5;
  if (length >= STRIPE_BYTES) {
    const lanes = [(PRIME_1 + PRIME_2) & MASK, PRIME_2, 0n, MASK + 1n - PRIME_1];
    for (; at + STRIPE_BYTES <= length; at += STRIPE_BYTES)
      for (let lane = 0; lane < 4; lane++)
        lanes[lane] = round(lanes[lane]!, view.getBigUint64(at + lane * 8, true));
    hash =
      (rotated(lanes[0]!, 1n) + rotated(lanes[1]!, 7n) + rotated(lanes[2]!, 12n) + rotated(lanes[3]!, 18n)) &
      MASK;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * PRIME_1 + PRIME_4) & MASK;
  }
  hash = (hash + BigInt(length)) & MASK;
  for (; at + 8 <= length; at += 8)
    hash = (rotated(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4) & MASK;
  for (; at + 4 <= length; at += 4)
    hash =
      (rotated(hash ^ ((BigInt(view.getUint32(at, true)) * PRIME_1) & MASK), 23n) * PRIME_2 + PRIME_3) & MASK;
  for (; at < length; at++)
    hash = (rotated(hash ^ ((BigInt(bytes[at]!) * PRIME_5) & MASK), 11n) * PRIME_1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * PRIME_2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME_3) & MASK;
  return hash ^ (hash >> 32n);
}

function round(lane: bigint, input: bigint): bigint {
  return (rotated((lane + input * PRIME_2) & MASK, 31n) * PRIME_1) & MASK;
}

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
