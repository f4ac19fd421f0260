export const REGEX_LIMITS = {
  /** UTF-16 units of an expression. */
  lengthMax: 16_384,
  /** Groups within groups. */
  depthMax: 1000,
  /** Instructions of the compiled program; counted repetitions multiply. */
  programSizeMax: 20_000,
  /** Sets of characters times the kinds of characters they tell apart. */
  tableSizeMax: 64_000_000,
  /** Numbers the table of an automaton holds before it is begun anew. */
  automatonSizeMax: 2_000_000,
  /** Strings an expression is unrolled into, for lookups in an index. */
  setSizeMax: 256,
} as const;
