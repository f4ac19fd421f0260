import { labelsKey, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import type { RecordingRule } from '../rule-file/rule.ts';
import type { QuerySample } from '../template/annotation-functions.ts';

export interface Recording {
  readonly series: readonly QuerySample[];
  readonly error: string | null;
}

/** The series a recording rule writes for its expression's result. On an error there are none. */
export function stepRecordingRule(
  rule: RecordingRule,
  samples: readonly QuerySample[],
  limit: number,
): Recording {
  const keys = new Set<string>();
  const series: QuerySample[] = [];
  for (const sample of samples) {
    let labels = withLabel(sample.labels, METRIC_NAME, rule.name);
    for (const [name, value] of Object.entries(rule.labels)) labels = withLabel(labels, name, value);
    const key = labelsKey(labels);
    if (keys.has(key)) {
      return {
        series: [],
        error: 'vector contains metrics with the same labelset after applying rule labels',
      };
    }
    keys.add(key);
    series.push({ ...sample, labels });
  }
  if (limit > 0 && series.length > limit) {
    return { series: [], error: `exceeded limit of ${limit} with ${series.length} series` };
  }
  return { series, error: null };
}
