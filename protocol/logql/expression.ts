import type { Matcher } from '../matchers/matcher.ts';
import type { Position } from '../promql/position.ts';

/**
 * A LogQL query as a tree. `LogQuery` selects lines; metric queries (range aggregations over a LogQuery, vector
 * aggregations over those) become further kinds of `LogqlExpression`, parsers and formatters further kinds of
 * `Stage`.
 */
export type LogqlExpression = LogQuery | NumberExpression;

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';

/** Arithmetic without any lines in it. */
export type NumberExpression =
  | { readonly kind: 'number' | 'vector'; readonly value: number; readonly position: Position }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: NumberExpression;
      readonly right: NumberExpression;
      readonly position: Position;
    };

export interface LogQuery {
  readonly kind: 'log_query';
  /** The stream selector; at least one matcher does not match the empty string. */
  readonly matchers: readonly Matcher[];
  /** In the order they run. */
  readonly stages: readonly Stage[];
  readonly position: Position;
}

export type Stage = LineFilter | LabelFilter;

/** `|= "a" or "b"`: a line passes when any alternative does, for `!=` and `!~` when none does. */
export interface LineFilter {
  readonly kind: 'line_filter';
  readonly operator: '|=' | '!=' | '|~' | '!~';
  readonly alternatives: readonly string[];
  readonly position: Position;
}

/** `| level="error" and status >= 500`, on stream labels and structured metadata. */
export interface LabelFilter {
  readonly kind: 'label_filter';
  readonly predicate: LabelPredicate;
  readonly position: Position;
}

export type LabelPredicate =
  | { readonly kind: 'matches'; readonly matcher: Matcher }
  | {
      readonly kind: 'compares';
      readonly name: string;
      readonly operator: '==' | '!=' | '>' | '>=' | '<' | '<=';
      readonly value: number;
      /** What the label's text is read as: `500`, `1.5s` (in seconds), `20MB` (in bytes). */
      readonly unit: 'number' | 'duration' | 'bytes';
    }
  | { readonly kind: 'and' | 'or'; readonly left: LabelPredicate; readonly right: LabelPredicate };
