import { codeChunks } from './code-chunks.ts';
import { normalize, pairsOf, type Ranges } from './ranges.ts';

const KELVIN = 0x212a;
const LONG_S = 0x17f;
// A dotless i has the upper case I, but does not fold to it.
const DOTLESS_I = 0x131;
const CASED = /[\p{Changes_When_Lowercased}\p{Changes_When_Uppercased}]/gu;

interface Orbits {
  /** Every character with a case, ascending. */
  readonly codes: Int32Array;
  /** What only differs in case from each. */
  readonly others: readonly (readonly number[])[];
}

let orbits: Orbits | null = null;

/** The set with everything that only differs in case from a member (Unicode simple folding). */
export function foldCase(set: Ranges): Ranges {
  const pairs = pairsOf(set);
  const added = pairs.slice();
  for (const [low, high] of pairs) {
    if (high < 0x80) addAscii(added, low, high);
    else addOrbits(added, low, high);
  }
  return normalize(added);
}

function addAscii(added: [number, number][], low: number, high: number): void {
  for (let code = Math.max(low, 0x41); code <= Math.min(high, 0x7a); code++) {
    const lower = code | 0x20;
    if (lower < 0x61 || lower > 0x7a) continue;
    added.push([code ^ 0x20, code ^ 0x20]);
    if (lower === 0x6b) added.push([KELVIN, KELVIN]);
    if (lower === 0x73) added.push([LONG_S, LONG_S]);
  }
}

function addOrbits(added: [number, number][], low: number, high: number): void {
  const { codes, others } = casedOrbits();
  let from = 0;
  let to = codes.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (codes[middle]! < low) from = middle + 1;
    else to = middle;
  }
  for (let i = from; i < codes.length && codes[i]! <= high; i++)
    for (const other of others[i]!) added.push([other, other]);
}

function casedOrbits(): Orbits {
  if (orbits !== null) return orbits;
  const groups = new Map<number, Set<number>>();
  const join = (a: number, b: number): void => {
    const merged = new Set([a, b, ...(groups.get(a) ?? []), ...(groups.get(b) ?? [])]);
    for (const member of merged) groups.set(member, merged);
  };
  for (const chunk of codeChunks()) {
    if (chunk.isUniform) continue;
    for (const [text] of chunk.text.matchAll(CASED)) {
      const code = text.codePointAt(0)!;
      if (code === DOTLESS_I) continue;
      for (const other of [text.toLowerCase(), text.toUpperCase()]) {
        if (other === text) continue;
        const point = other.codePointAt(0)!;
        if (String.fromCodePoint(point) === other) join(code, point);
      }
    }
  }
  const sorted = [...groups].sort(([a], [b]) => a - b);
  orbits = {
    codes: Int32Array.from(sorted, ([code]) => code),
    others: sorted.map(([, members]) => [...members]),
  };
  return orbits;
}
