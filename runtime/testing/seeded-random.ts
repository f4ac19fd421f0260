import type { Random } from '../random.ts';

/** Repeatable chance: the same seed gives the same sequence (sfc32, Chris Doty-Humphrey's small fast generator). */
export function createSeededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let counter = 1;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  // The first numbers still show the seed's pattern.
  for (let i = 0; i < 16; i++) uint32();

  const random: Random = {
    next: () => uint32() / 2 ** 32,
    below: (limit) => Math.floor(random.next() * limit),
    bytes: (length) => Uint8Array.from({ length }, () => uint32() & 0xff),
    uuid() {
      const bytes = random.bytes(16);
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = Buffer.from(bytes).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
  return random;
}
