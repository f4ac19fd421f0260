import { normalize, pairsOf, type Ranges } from './ranges.ts';

const KELVIN = 0x212a;
const LONG_S = 0x17f;
// A dotless i has the upper case I, but does not fold to it.
const DOTLESS_I = 0x131;
const CASED_MAX = 0x1ffff;

let orbits: ReadonlyMap<number, readonly number[]> | null = null;

/** The set with everything that only differs in case from a member (Unicode simple folding). */
export function foldCase(set: Ranges): Ranges {
  const pairs = pairsOf(set);
  const added = pairs.slice();
  for (const [low, high] of pairs) {
    if (high < 0x80) addAscii(added, low, high);
    else
      for (const [code, others] of casedOrbits())
        if (code >= low && code <= high) for (const other of others) added.push([other, other]);
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

function casedOrbits(): ReadonlyMap<number, readonly number[]> {
  if (orbits !== null) return orbits;
  const groups = new Map<number, Set<number>>();
  const join = (a: number, b: number): void => {
    const merged = new Set([a, b, ...(groups.get(a) ?? []), ...(groups.get(b) ?? [])]);
    for (const member of merged) groups.set(member, merged);
  };
  for (let code = 0x41; code <= CASED_MAX; code++) {
    if ((code >= 0xd800 && code <= 0xdfff) || code === DOTLESS_I) continue;
    const text = String.fromCodePoint(code);
    for (const other of [text.toLowerCase(), text.toUpperCase()]) {
      if (other === text) continue;
      const point = other.codePointAt(0)!;
      if (String.fromCodePoint(point) === other) join(code, point);
    }
  }
  orbits = new Map([...groups].map(([code, members]) => [code, [...members]]));
  return orbits;
}
