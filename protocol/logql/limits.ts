export const LOGQL_LIMITS = {
  /** Characters of a query; Loki's own default is 128 KiB. */
  queryLengthMax: 65_536,
  /** Parentheses inside each other. */
  depthMax: 64,
  /** Stages, and alternatives of one line filter. */
  stagesMax: 256,
} as const;
