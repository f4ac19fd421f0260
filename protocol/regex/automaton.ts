import { REGEX_LIMITS } from './limits.ts';
import { WORD } from './named-classes.ts';
import { ASSERT, assertionOf, CHARACTERS, contains, type Program, SPLIT } from './program.ts';

// MATCH is the first instruction of every program.
const MATCH_AT = 0;
const UNKNOWN = -1;
const DEAD = -2;

// What the character before a place is, for `^`, `\b` and their like.
const AT_START = 1;
const AFTER_WORD = 2;
const AFTER_NEWLINE = 4;

interface State {
  /** Instructions that wait for a character, an assertion to be decided, or MATCH; ascending. */
  readonly items: Int32Array;
  readonly before: number;
  readonly next: Int32Array;
  accepts: boolean | null;
}

/**
 * Runs a program as a deterministic automaton whose states are made when they are first met: each character costs
 * one look into a table. When the table grows beyond its limit it is begun anew.
 */
export class Automaton {
  readonly #program: Program;
  readonly #marks: Int32Array;
  readonly #stack: number[] = [];
  #round = 0;
  #states: State[] = [];
  #byHash = new Map<number, number[]>();
  #size = 0;
  readonly #properties: Uint8Array;

  constructor(program: Program) {
    this.#program = program;
    this.#marks = new Int32Array(program.kinds.length);
    this.#properties = Uint8Array.from(
      program.classes.samples,
      (code) => (contains(WORD, code) ? AFTER_WORD : 0) | (code === 10 ? AFTER_NEWLINE : 0),
    );
    this.#reset();
  }

  /** True when the whole text matches. */
  matches(text: string): boolean {
    const { classes } = this.#program;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      let code = text.charCodeAt(i);
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(i)!;
        if (code > 0xffff) i++;
      }
      const index = classes.classOf(code);
      let next = this.#states[state]!.next[index]!;
      if (next === UNKNOWN) next = this.#step(state, index);
      if (next === DEAD) return false;
      state = next;
    }
    return this.#accepts(this.#states[state]!);
  }

  #reset(): void {
    this.#states = [];
    this.#byHash = new Map();
    this.#size = 0;
    this.#add(this.#collected(), this.#program.hasAssertions ? AT_START : 0);
  }

  #step(from: number, index: number): number {
    const state = this.#states[from]!;
    const { kinds, next, extra, members, classes, hasAssertions } = this.#program;
    let items = state.items;
    if (hasAssertions) items = this.#decided(state, index);
    this.#begin();
    const found: number[] = [];
    for (const item of items) {
      if (kinds[item] !== CHARACTERS || members[extra[item]! * classes.count + index] === 0) continue;
      this.#follow(next[item]!, 0, UNKNOWN, found);
    }
    if (found.length === 0) {
      state.next[index] = DEAD;
      return DEAD;
    }
    const before = hasAssertions ? this.#properties[index]! : 0;
    const collected = Int32Array.from(found).sort();
    const known = this.#find(collected, before);
    if (known >= 0) {
      state.next[index] = known;
      return known;
    }
    if (this.#size > REGEX_LIMITS.automatonSizeMax) {
      this.#reset();
      return this.#add(collected, before);
    }
    const target = this.#add(collected, before);
    state.next[index] = target;
    return target;
  }

  #accepts(state: State): boolean {
    if (state.accepts === null) {
      const items = this.#program.hasAssertions ? this.#decided(state, UNKNOWN) : state.items;
      state.accepts = items.includes(MATCH_AT);
    }
    return state.accepts;
  }

  /** The items when the assertions among them are decided by what is before and what comes; UNKNOWN: the end. */
  #decided(state: State, coming: number): Int32Array {
    this.#begin();
    const found: number[] = [];
    for (const item of state.items) this.#follow(item, state.before, coming, found, true);
    return Int32Array.from(found);
  }

  #begin(): void {
    this.#round++;
  }

  #collected(): Int32Array {
    const items: number[] = [];
    this.#begin();
    this.#follow(this.#program.start, 0, UNKNOWN, items);
    return Int32Array.from(items).sort();
  }

  /** Adds to `found` what can be reached without a character; assertions are passed only when `decide` says so. */
  #follow(start: number, before: number, coming: number, found: number[], decide = false): void {
    const { kinds, next, extra } = this.#program;
    const stack = this.#stack;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop()!;
      if (this.#marks[at] === this.#round) continue;
      this.#marks[at] = this.#round;
      const kind = kinds[at];
      if (kind === SPLIT) {
        stack.push(next[at]!, extra[at]!);
      } else if (kind === ASSERT && decide) {
        if (this.#holds(at, before, coming)) stack.push(next[at]!);
      } else {
        found.push(at);
      }
    }
  }

  #holds(instruction: number, before: number, coming: number): boolean {
    const properties = coming === UNKNOWN ? 0 : this.#properties[coming]!;
    const atEnd = coming === UNKNOWN;
    const boundary = ((before & AFTER_WORD) !== 0) !== ((properties & AFTER_WORD) !== 0);
    switch (assertionOf(this.#program, instruction)) {
      case 'text-start':
        return (before & AT_START) !== 0;
      case 'line-start':
        return (before & (AT_START | AFTER_NEWLINE)) !== 0;
      case 'text-end':
        return atEnd;
      case 'line-end':
        return atEnd || (properties & AFTER_NEWLINE) !== 0;
      case 'word-boundary':
        return boundary;
      case 'no-word-boundary':
        return !boundary;
    }
  }

  #hash(items: Int32Array, before: number): number {
    let hash = 0x811c9dc5 ^ before;
    for (let i = 0; i < items.length; i++) hash = Math.imul(hash ^ items[i]!, 0x01000193);
    return hash;
  }

  #find(items: Int32Array, before: number): number {
    for (const candidate of this.#byHash.get(this.#hash(items, before)) ?? []) {
      const state = this.#states[candidate]!;
      if (state.before === before && sameItems(state.items, items)) return candidate;
    }
    return -1;
  }

  #add(items: Int32Array, before: number): number {
    const { count } = this.#program.classes;
    const number = this.#states.length;
    this.#states.push({ items, before, next: new Int32Array(count).fill(UNKNOWN), accepts: null });
    this.#size += items.length + count;
    const hash = this.#hash(items, before);
    const same = this.#byHash.get(hash);
    if (same === undefined) this.#byHash.set(hash, [number]);
    else same.push(number);
    return number;
  }
}

function sameItems(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
