import type { NotedSeries, NotedValue } from '@tocsin/protocol/series-notation/series-notation.ts';

/** A test script of Prometheus' promqltest language, line by line. */
export type Command =
  | { readonly kind: 'clear'; readonly line: number }
  | {
      readonly kind: 'load';
      readonly line: number;
      readonly stepMs: number;
      /** Add native histograms with custom bounds made of the classic ones. */
      readonly withCustomBuckets: boolean;
      readonly series: readonly LoadedSeries[];
    }
  | Evaluation;

export interface LoadedSeries extends NotedSeries {
  /** When the counter of each sample began, in milliseconds from the sample's timestamp; null: not known. */
  readonly starts?: readonly (number | null)[];
}

export interface Evaluation {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly at: { readonly kind: 'instant'; readonly timeMs: number } | RangeTimes;
  readonly expect: Expectations;
  readonly result: ExpectedResult;
}

export interface RangeTimes {
  readonly kind: 'range';
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A text must be equal (`msg:`) or match (`regex:`); null: any text. */
export type TextMatch = { readonly text: string } | { readonly regex: RegExp } | null;

export interface Expectations {
  readonly ordered: boolean;
  readonly fail: TextMatch | undefined;
  readonly warn: readonly TextMatch[];
  readonly info: readonly TextMatch[];
  readonly noWarn: boolean;
  readonly noInfo: boolean;
  /** The times of the samples of a range vector. */
  readonly rangeVector: RangeTimes | null;
}

export type ExpectedResult =
  | { readonly kind: 'series'; readonly series: readonly NotedSeries[] }
  | { readonly kind: 'scalar'; readonly value: NotedValue }
  | { readonly kind: 'string'; readonly value: string };
