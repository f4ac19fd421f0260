export const REGEX_LIMITS = {
  /** UTF-16 units of an expression. */
  lengthMax: 16_384,
  /** Instructions of the compiled program; `(.{0,1000}){...}` grows quickly. Above this one match takes milliseconds. */
  programSizeMax: 20_000,
  /** Strings an expression is unrolled into, for lookups in an index. */
  setSizeMax: 256,
  /** Texts up to this length may go to the JavaScript engine, which backtracks. */
  backtrackingTextMax: 256,
} as const;
