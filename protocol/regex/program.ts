import { REGEX_LIMITS } from './limits.ts';
import { WORD } from './named-classes.ts';
import { CODE_POINT_MAX, negate, pairsOf, type Ranges } from './ranges.ts';
import { RegexError } from './regex-error.ts';
import type { Assertion, RegexNode } from './regex-node.ts';

export const CHARACTERS = 0;
export const SPLIT = 1;
export const ASSERT = 2;
export const MATCH = 3;

const ASSERTIONS: readonly Assertion[] = [
  'text-start',
  'text-end',
  'line-start',
  'line-end',
  'word-boundary',
  'no-word-boundary',
];

/** A nondeterministic automaton (Thompson's construction) over classes of characters that no part tells apart. */
export interface Program {
  /** CHARACTERS, SPLIT, ASSERT or MATCH. */
  readonly kinds: Uint8Array;
  readonly next: Int32Array;
  /** The second way of a SPLIT, the set of CHARACTERS, the index of an ASSERT. */
  readonly extra: Int32Array;
  readonly start: number;
  readonly classes: CharacterClasses;
  /** For each set whether it has a class: `set * classes.count + class`. */
  readonly members: Uint8Array;
  readonly hasAssertions: boolean;
}

export interface CharacterClasses {
  readonly count: number;
  /** The class of a code point. */
  classOf(code: number): number;
  /** A code point of each class. */
  readonly samples: readonly number[];
}

export function compileProgram(root: RegexNode, source: string): Program {
  const builder = new Builder(source);
  const match = builder.emit(MATCH, -1, -1);
  const start = builder.compile(root, match);
  const { sets } = builder;
  const { classes, members } = classesOf(builder.hasAssertions ? [...sets, WORD, [10, 10]] : sets, source);
  const { kinds, next, extra, hasAssertions } = builder;
  return {
    kinds: Uint8Array.from(kinds),
    next: Int32Array.from(next),
    extra: Int32Array.from(extra),
    start,
    classes,
    members,
    hasAssertions,
  };
}

export function assertionOf(program: Program, instruction: number): Assertion {
  return ASSERTIONS[program.extra[instruction]!]!;
}

export function contains(ranges: Ranges, code: number): boolean {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (code > ranges[2 * middle + 1]!) low = middle + 1;
    else high = middle;
  }
  return 2 * low < ranges.length && code >= ranges[2 * low]!;
}

class Builder {
  readonly kinds: number[] = [];
  readonly next: number[] = [];
  readonly extra: number[] = [];
  readonly sets: Ranges[] = [];
  hasAssertions = false;
  readonly #source: string;
  readonly #setNumbers = new Map<Ranges, number>();
  readonly #sameSets = new Map<string, number>();

  constructor(source: string) {
    this.#source = source;
  }

  emit(kind: number, next: number, extra: number): number {
    if (this.kinds.length >= REGEX_LIMITS.programSizeMax) {
      throw new RegexError(
        `its repetitions expand to more than ${REGEX_LIMITS.programSizeMax} instructions`,
        this.#source,
      );
    }
    this.kinds.push(kind);
    this.next.push(next);
    this.extra.push(extra);
    return this.kinds.length - 1;
  }

  /** Emits what matches `node` and goes on at `then`; returns where it starts. Built from the end. */
  compile(node: RegexNode, then: number): number {
    switch (node.kind) {
      case 'characters':
        return this.emit(CHARACTERS, then, this.#setNumber(node.ranges));
      case 'assertion':
        this.hasAssertions = true;
        return this.emit(ASSERT, then, ASSERTIONS.indexOf(node.assertion));
      case 'sequence': {
        let at = then;
        for (let i = node.parts.length - 1; i >= 0; i--) at = this.compile(node.parts[i]!, at);
        return at;
      }
      case 'choice': {
        let at = this.compile(node.parts.at(-1)!, then);
        for (let i = node.parts.length - 2; i >= 0; i--)
          at = this.emit(SPLIT, this.compile(node.parts[i]!, then), at);
        return at;
      }
      case 'repeat':
        return this.#repeat(node.operand, node.min, node.max, then);
    }
  }

  #repeat(operand: RegexNode, min: number, max: number, then: number): number {
    let at = then;
    if (max < 0) {
      const loop = this.emit(SPLIT, -1, then);
      this.next[loop] = this.compile(operand, loop);
      at = loop;
    } else {
      // x{0,3} as (x(x(x)?)?)?: after each x the end is one step away.
      for (let i = min; i < max; i++) at = this.emit(SPLIT, this.compile(operand, at), then);
    }
    for (let i = 0; i < min; i++) at = this.compile(operand, at);
    return at;
  }

  #setNumber(ranges: Ranges): number {
    const known = this.#setNumbers.get(ranges);
    if (known !== undefined) return known;
    const key = ranges.join();
    const number = this.#sameSets.get(key) ?? this.sets.length;
    if (number === this.sets.length) {
      this.sets.push(ranges);
      this.#sameSets.set(key, number);
    }
    this.#setNumbers.set(ranges, number);
    return number;
  }
}

/** Cuts the code points where any set begins or ends, and makes one class of the pieces that belong to the same sets. */
function classesOf(sets: readonly Ranges[], source: string): Pick<Program, 'classes' | 'members'> {
  const cuts = new Set([0]);
  for (const set of sets) {
    for (const [low, high] of pairsOf(set)) {
      cuts.add(low);
      cuts.add(high + 1);
    }
  }
  const starts = Int32Array.from([...cuts].filter((code) => code <= CODE_POINT_MAX).sort((a, b) => a - b));
  const search = (code: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= code) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const sides = sets.map((set) => smallerSide(set, starts.length, search));
  const classOfPiece = new Int32Array(starts.length);
  let named = 1;
  for (const { pieces } of sides) {
    const renamed = new Map<number, number>();
    for (const piece of pieces) {
      const name = renamed.get(classOfPiece[piece]!) ?? named++;
      renamed.set(classOfPiece[piece]!, name);
      classOfPiece[piece] = name;
    }
  }
  const numbers = new Map<number, number>();
  const samples: number[] = [];
  classOfPiece.forEach((name, piece) => {
    const number = numbers.get(name) ?? samples.push(starts[piece]!) - 1;
    numbers.set(name, number);
    classOfPiece[piece] = number;
  });

  const count = samples.length;
  if (sets.length * count > REGEX_LIMITS.tableSizeMax)
    throw new RegexError(`it tells ${count} kinds of characters apart in ${sets.length} sets`, source);
  const members = new Uint8Array(sets.length * count);
  sides.forEach(({ pieces, isInside }, set) => {
    const row = members.subarray(set * count, (set + 1) * count);
    if (!isInside) row.fill(1);
    for (const piece of pieces) row[classOfPiece[piece]!] = isInside ? 1 : 0;
  });
  const classOf = (code: number): number => classOfPiece[search(code)]!;
  const ascii = Int32Array.from({ length: 128 }, (_, code) => classOf(code));
  return {
    classes: { count, samples, classOf: (code) => (code < 128 ? ascii[code]! : classOf(code)) },
    members,
  };
}

/** The pieces inside a set, or those outside of it when they are fewer: both divide the others alike. */
function smallerSide(
  set: Ranges,
  pieceCount: number,
  pieceOf: (code: number) => number,
): { readonly pieces: readonly number[]; readonly isInside: boolean } {
  const spans = (side: Ranges) => pairsOf(side).map(([low, high]) => [pieceOf(low), pieceOf(high)] as const);
  const inside = spans(set);
  const isInside = 2 * inside.reduce((sum, [first, last]) => sum + last - first + 1, 0) <= pieceCount;
  const pieces: number[] = [];
  for (const [first, last] of isInside ? inside : spans(negate(set)))
    for (let piece = first; piece <= last; piece++) pieces.push(piece);
  return { pieces, isInside };
}
