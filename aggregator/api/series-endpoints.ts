import { compareLabels, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { ApiError, badParameter } from './api-error.ts';
import { type Endpoint, valueAnswer } from './endpoint.ts';
import { parseSelectors } from './expression-selectors.ts';
import { unescapeLabelName } from './label-name.ts';
import type { Parameters } from './parameters.ts';
import { readSelector, readSeriesRange } from './series-range.ts';
import type { SeriesReader } from './series-reader.ts';
import { truncate } from './truncate.ts';

/** `series`, `labels`, `label/<name>/values`, `metadata`, `query_exemplars`. */
export function createSeriesEndpoints(
  reader: SeriesReader,
): Readonly<
  Record<'series' | 'labels' | 'labelValues' | 'metadata' | 'targetMetadata' | 'exemplars', Endpoint>
> {
  return {
    async series({ parameters, signal }) {
      const limit = parameters.limit('limit');
      const found = await reader.findSeries(readSeriesRange(parameters, { matchRequired: true }), signal);
      const { kept, warnings } = truncate([...found].sort(compareLabels), limit);
      return valueAnswer(kept.map(labelsToObject), { warnings });
    },
    async labels({ parameters, signal }) {
      const limit = parameters.limit('limit');
      const names = await reader.labelNames(readSeriesRange(parameters, { matchRequired: false }), signal);
      const { kept, warnings } = truncate(names, limit);
      return valueAnswer(kept, { warnings });
    },
    async labelValues({ parameters, path, signal }) {
      const limit = parameters.limit('limit');
      const name = unescapeLabelName(path['name'] ?? '');
      if (name === '') throw badParameter('name', 'invalid label name: ""');
      const values = await reader.labelValues(
        name,
        readSeriesRange(parameters, { matchRequired: false }),
        signal,
      );
      const { kept, warnings } = truncate(values, limit);
      return valueAnswer(kept, { warnings });
    },
    async metadata({ parameters }) {
      // Absent or negative means all; no metrics for 0, other than elsewhere.
      const limit = limitOrAll(parameters, 'limit');
      const limitPerMetric = limitOrAll(parameters, 'limit_per_metric') || Number.POSITIVE_INFINITY;
      const wanted = parameters.get('metric');
      const result: Record<string, unknown> = {};
      let count = 0;
      for (const [metric, entries] of reader.metadata()) {
        if (wanted !== undefined && metric !== wanted) continue;
        if (count++ >= limit) break;
        const kept = entries.slice(0, limitPerMetric);
        result[metric] = kept.map(({ type, help, unit }) => ({ type, help, unit }));
      }
      return valueAnswer(result);
    },
    async targetMetadata({ parameters }) {
      limitOrAll(parameters, 'limit');
      const target = parameters.get('match_target');
      if (target !== undefined) readSelector('match_target', target);
      // Targets belong to the agent that scrapes them; here there are none.
      return valueAnswer([]);
    },
    async exemplars({ parameters, signal }) {
      const range = readSeriesRange(parameters, { matchRequired: false });
      if (range.endMs < range.startMs)
        throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
      const matcherSets = parseSelectors(parameters.get('query') ?? '');
      const found = matcherSets.length === 0 ? [] : await reader.exemplars({ ...range, matcherSets }, signal);
      return valueAnswer(
        [...found]
          .sort((a, b) => compareLabels(a.labels, b.labels))
          .map(({ labels, exemplars }) => ({
            seriesLabels: labelsToObject(labels),
            exemplars: exemplars.map((exemplar) => ({
              labels: labelsToObject(exemplar.labels),
              value: String(exemplar.value),
              timestamp: exemplar.timestampMs / 1_000,
            })),
          })),
      );
    },
  };
}

function limitOrAll(parameters: Parameters, name: string): number {
  return /^-\d+$/.test(parameters.get(name) ?? '-1') ? Number.POSITIVE_INFINITY : parameters.limit(name);
}
