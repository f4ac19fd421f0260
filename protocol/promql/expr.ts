import type { Matcher } from '../matchers/matcher.ts';
import type { Position } from './position.ts';

/** The syntax tree of PromQL. Every node knows the text it was read from. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | Selector
  | RangeSelector
  | Subquery
  | Unary
  | Binary
  | Aggregation
  | Call
  | Paren;

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export interface NumberLiteral {
  readonly kind: 'number';
  readonly value: number;
  /** True when it was written as a duration, `5m`. */
  readonly duration: boolean;
  readonly position: Position;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly value: string;
  readonly position: Position;
}

/** Where in time a selector or a subquery looks. */
export interface TimeShift {
  readonly offset: Duration | null;
  readonly at: AtModifier | null;
}

export type AtModifier =
  | { readonly kind: 'time'; readonly timestampMs: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' };

export interface Selector extends TimeShift {
  readonly kind: 'selector';
  /** The metric name in front of the braces, or empty; `matchers` holds it too. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** Extended range selectors: take the sample before the window in, or interpolate at its ends. */
  readonly extension: 'anchored' | 'smoothed' | null;
  readonly position: Position;
}

export interface RangeSelector {
  readonly kind: 'range';
  readonly selector: Selector;
  readonly range: Duration;
  readonly position: Position;
}

export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly operand: Expr;
  readonly range: Duration;
  /** Null: the evaluator's default step. */
  readonly step: Duration | null;
  readonly position: Position;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expr;
  readonly position: Position;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
/** `</` keeps the observations of a histogram below a bound, `>/` those above. */
export type TrimOperator = '</' | '>/';
export type SetOperator = 'and' | 'or' | 'unless';
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | TrimOperator | SetOperator;

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** The `bool` modifier. */
  readonly bool: boolean;
  /** What the modifiers say, else the defaults. Means nothing unless both sides are vectors. */
  readonly matching: Matching;
  readonly position: Position;
}

export interface Matching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** True for `on`, false for `ignoring` and for none. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels `group_left` and `group_right` take from the "one" side. */
  readonly include: readonly string[];
  readonly fillLeft: number | null;
  readonly fillRight: number | null;
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly operator: AggregationOperator;
  readonly operand: Expr;
  readonly parameter: Expr | null;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly position: Position;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly position: Position;
}

export interface Paren {
  readonly kind: 'paren';
  readonly operand: Expr;
  readonly position: Position;
}

/** A duration, which may be an expression over numbers, durations and the query's own step and range. */
export type Duration =
  | { readonly kind: 'literal'; readonly seconds: number; readonly position: Position }
  | { readonly kind: 'step' | 'range'; readonly position: Position }
  | { readonly kind: 'paren'; readonly operand: Duration; readonly position: Position }
  | {
      readonly kind: 'sign';
      readonly operator: '+' | '-';
      readonly operand: Duration;
      readonly position: Position;
    }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '-' | '*' | '/' | '%' | '^';
      readonly left: Duration;
      readonly right: Duration;
      readonly position: Position;
    }
  | {
      readonly kind: 'extreme';
      readonly function: 'min_of' | 'max_of';
      readonly left: Duration;
      readonly right: Duration;
      readonly position: Position;
    };
