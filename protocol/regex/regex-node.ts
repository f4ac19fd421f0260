import type { Ranges } from './ranges.ts';

/** The syntax tree of an RE2 expression, as far as matching needs it: groups and greediness leave no trace. */
export type RegexNode =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  /** `max` -1: any number. */
  | { readonly kind: 'repeat'; readonly operand: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'no-word-boundary';

export const NOTHING: RegexNode = { kind: 'sequence', parts: [] };
