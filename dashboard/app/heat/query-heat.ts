import { ask } from '../api/ask.ts';
import { field, listOf, textOf } from '../api/json-fields.ts';
import { parseValue } from '../series/prometheus-lines.ts';
import type { TimeWindow } from '../time/range.ts';
import { type HeatCells, heatCells } from './heat-cells.ts';

const seriesMax = 400;

/** Evaluates an expression that gives buckets (by `le`) or native histograms over the window. */
export async function queryHeat(expr: string, window: TimeWindow, signal: AbortSignal): Promise<HeatCells> {
  const params: [string, string][] = [
    ['query', expr],
    ['start', String(window.fromMs / 1000)],
    ['end', String(window.toMs / 1000)],
    ['step', String(window.stepSeconds)],
    ['limit', String(seriesMax)],
  ];
  const body = await ask({ path: '/api/v1/query_range', params, signal });
  return heatCells(
    listOf(field(field(body, 'data'), 'result')).map((series) => {
      const le = field(field(series, 'metric'), 'le');
      const points = listOf(field(series, 'values'));
      return {
        le: typeof le === 'string' ? le : undefined,
        times: points.map((point) => Number(listOf(point)[0])),
        values: points.map((point) => parseValue(listOf(point)[1])),
        histograms: listOf(field(series, 'histograms')).map((point) => {
          const [seconds, histogram] = listOf(point);
          return {
            seconds: Number(seconds),
            // Each bucket is [which bounds are inclusive, low, high, count].
            buckets: listOf(field(histogram, 'buckets')).map((bucket) => {
              const [, low, high, count] = listOf(bucket).map(textOf);
              return { low: parseValue(low), high: parseValue(high), count: parseValue(count) };
            }),
          };
        }),
      };
    }),
  );
}
