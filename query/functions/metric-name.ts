import { getLabel, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import type { RangeSeries } from '../selectors/range-series.ts';

/** The metric name of a series, quoted, as annotations show it. */
export function quotedName(series: Pick<RangeSeries, 'labels'>): string {
  return JSON.stringify(getLabel(series.labels, METRIC_NAME));
}
