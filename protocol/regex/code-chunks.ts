import { CODE_POINT_MAX } from './ranges.ts';

// Surrogates fill whole chunks, so that no two of them meet and become one character.
export const CODES_PER_CHUNK = 0x400;
const UNIFORM = [/^\p{Cn}*$/u, /^\p{Co}*$/u, /^\p{Cs}*$/u];

interface CodeChunk {
  readonly start: number;
  /** The code points from `start` on; only the first of a uniform chunk. */
  readonly text: string;
  /** None is assigned, or all are private, or surrogates: then all are in a class or none. */
  readonly isUniform: boolean;
}

let chunks: readonly CodeChunk[] | null = null;

/** All code points. Most are not assigned, and looking at each of them for each class would take long. */
export function codeChunks(): readonly CodeChunk[] {
  chunks ??= Array.from({ length: (CODE_POINT_MAX + 1) / CODES_PER_CHUNK }, (_, i) => {
    const start = i * CODES_PER_CHUNK;
    const text = textFrom(start);
    const isUniform = UNIFORM.some((pattern) => pattern.test(text));
    return { start, text: isUniform ? String.fromCodePoint(start) : text, isUniform };
  });
  return chunks;
}

function textFrom(start: number): string {
  const isPair = start > 0xffff;
  const units = new Uint16Array(isPair ? 2 * CODES_PER_CHUNK : CODES_PER_CHUNK);
  for (let i = 0; i < CODES_PER_CHUNK; i++) {
    const code = start + i;
    if (isPair) {
      units[2 * i] = 0xd800 + ((code - 0x1_00_00) >> 10);
      units[2 * i + 1] = 0xdc00 + (code & 0x3ff);
    } else units[i] = code;
  }
  return Reflect.apply(String.fromCharCode, null, units);
}
