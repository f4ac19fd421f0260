import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesNumbers } from './postings.ts';

/** Finds series by label: the head has one, and each sealed partition. */
export interface LabelIndex {
  readonly seriesCount: number;
  labelsOf(series: number): Labels;
  /** All series, ascending. */
  all(): SeriesNumbers;
  /** In no order. */
  names(): Iterable<string>;
  /** The values of a label with the series that carry each, in no order, without those that come while they are read. */
  valuesOf(name: string): Iterable<readonly [value: string, series: SeriesNumbers]>;
  /** The series that carry the label with this value; empty when there are none. */
  seriesWith(name: string, value: string): SeriesNumbers;
}
