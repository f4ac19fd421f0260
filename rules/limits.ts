/** What rule files may hold, and what one evaluation may do. */
export const RULE_LIMITS = {
  /** Characters of one rule file. */
  fileLength: 16 << 20,
  /** Characters of one label or annotation after its template is expanded. */
  expandedLength: 64 << 10,
  /** Rounds of evaluation one unit test may ask for: two years at a minute each. */
  unitTestRounds: 1_100_000,
  /** Queries inside of one rule's templates, in unit tests. */
  templateQueries: 100,
} as const;
