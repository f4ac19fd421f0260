const GRAM_BYTES = 6;
const WINDOW_GRAMS = 3;
/** A shorter needle holds no whole window, so no filter can rule it out. */
export const NEEDLE_BYTES_MIN = GRAM_BYTES + WINDOW_GRAMS - 1;
const BITS_PER_FINGERPRINT = 4;
const PROBES = 2;

/**
 * Says whether a text may hold a needle, whichever part of a word it is, without the text: a Bloom filter over the
 * text's fingerprints. A fingerprint is the smallest hash of the six-byte grams in a window of three (winnowing,
 * Schleimer, Wilkerson and Aiken 2003): a needle of eight bytes or more holds whole windows, which chose the same
 * grams in the text, so there is never a false "no". Shorter grams would be fewer, but those of identifiers in
 * hexadecimal would nearly all occur. A false "yes" has about 1 in 6 per fingerprint, and a trace id has a
 * dozen of them. Costs about a byte for four bytes of text that is not seen elsewhere in the chunk.
 */
export function buildNeedleFilter(texts: Iterable<Uint8Array>): Uint8Array {
  const fingerprints = new Set<number>();
  for (const text of texts) addFingerprints(text, fingerprints);
  const filter = new Uint8Array(Math.max(8, Math.ceil((fingerprints.size * BITS_PER_FINGERPRINT) / 8)));
  for (const fingerprint of fingerprints)
    for (const bit of probes(fingerprint, filter.length * 8)) filter[bit >>> 3]! |= 1 << (bit & 7);
  return filter;
}

/** False only when no text the filter was built from holds `needle`. */
export function mayHold(filter: Uint8Array, needle: Uint8Array): boolean {
  if (filter.length === 0 || needle.length < NEEDLE_BYTES_MIN) return true;
  const fingerprints = new Set<number>();
  addFingerprints(needle, fingerprints);
  for (const fingerprint of fingerprints)
    for (const bit of probes(fingerprint, filter.length * 8))
      if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
  return true;
}

function addFingerprints(text: Uint8Array, fingerprints: Set<number>): void {
  const grams = text.length - GRAM_BYTES + 1;
  if (grams < WINDOW_GRAMS) return;
  const recent = new Uint32Array(WINDOW_GRAMS);
  for (let i = 0; i < grams; i++) {
    const first = text[i]! | (text[i + 1]! << 8) | (text[i + 2]! << 16) | (text[i + 3]! << 24);
    recent[i % WINDOW_GRAMS] = mix(first ^ mix(text[i + 4]! | (text[i + 5]! << 8)));
    if (i < WINDOW_GRAMS - 1) continue;
    let smallest = recent[0]!;
    for (let k = 1; k < WINDOW_GRAMS; k++) if (recent[k]! < smallest) smallest = recent[k]!;
    fingerprints.add(smallest);
  }
}

/** Where a fingerprint's bits are: double hashing (Kirsch and Mitzenmacher 2006). */
function probes(fingerprint: number, bits: number): number[] {
  // Fingerprints are minima and so not uniform: hashed again.
  const first = mix(fingerprint ^ 0x9e3779b9);
  const step = mix(first) | 1;
  return Array.from({ length: PROBES }, (_, i) => ((first + i * step) >>> 0) % bits);
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
