/** What rule files may hold, and what one evaluation may do. */
export const RULE_LIMITS = {
  /** Characters of one rule file. */
  fileLength: 16 << 20,
  /** Characters of one label or annotation after its template is expanded. */
  expandedLength: 64 << 10,
} as const;
