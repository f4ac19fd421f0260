/** What one template may cost. A rule file or routing file is trusted, the labels in it are not. */
export const TEMPLATE_LIMITS = {
  /** Characters in one template's text. */
  sourceLength: 1 << 20,
  /** Nested actions and parentheses. */
  depth: 100,
  /** `{{template}}` calls inside each other. */
  callDepth: 200,
  /** Nodes walked in one execution. */
  steps: 1_000_000,
  /** Characters written by one execution. */
  outputLength: 4 << 20,
  /** Compiled regular expressions kept. */
  expressions: 500,
  /** Width and precision in printf. */
  formatWidth: 10_000,
} as const;
