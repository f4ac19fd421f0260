import { drawPanel } from '@tocsin/chart/panel/draw-panel.ts';
import { plainNumber, type Unit } from '@tocsin/chart/units/unit.ts';
import { fill } from '../app/promql/fill.ts';
import { type Line, lineName } from '../app/series/line.ts';
import type { DashboardPanel } from '../files/dashboard-schema.ts';
import { interpolateQuery, interpolateText, type VariableValues } from '../files/interpolate.ts';
import { queriesOf } from '../files/panel-queries.ts';
import { parseUnit } from '../files/parse-unit.ts';
import type { RenderLook } from './render-request.ts';

/** Asks the aggregator for a query's lines over a time. */
export type AskRange = (expr: string, look: RenderLook) => Promise<readonly Line[]>;

interface Drawable {
  readonly unit: Unit;
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
  readonly thresholds: readonly { readonly value: number; readonly label: string }[];
}

const gapSteps = 2.5;
const legendRows = 6;

/** What a panel shows over time; null for one that has no course, such as a text or a list. */
export function drawableOf(panel: DashboardPanel): Drawable | null {
  switch (panel.draw) {
    case 'timeseries':
    case 'stat':
    case 'gauge':
      return {
        unit: parseUnit(panel.unit) ?? plainNumber,
        queries: queriesOf(panel.queries),
        thresholds: panel.thresholds.map(({ value, tone }) => ({ value, label: tone })),
      };
    case 'bar':
    case 'table':
      return {
        unit: parseUnit(panel.unit) ?? plainNumber,
        queries: queriesOf(panel.queries),
        thresholds: [],
      };
    case 'stickiness':
      return {
        unit: { kind: 'ratio' },
        queries: [{ expr: `(${panel.daily}) / (${panel.monthly})`, legend: 'daily of monthly' }],
        thresholds: [],
      };
    case 'slo':
      return {
        unit: { kind: 'ratio' },
        queries: [
          {
            expr: `sum(${panel.errors.replaceAll('$span', '1h')}) / sum(${panel.total.replaceAll('$span', '1h')})`,
            legend: 'failed, of an hour',
          },
        ],
        thresholds: [{ value: 1 - panel.objective, label: 'allowed' }],
      };
    case 'heatmap':
    case 'funnel':
    case 'logs':
    case 'alerts':
    case 'text':
      return null;
  }
}

/** The panel as an SVG document. A query that fails is told in its place, and the rest is drawn. */
export async function drawImage(
  panel: DashboardPanel,
  values: VariableValues,
  look: RenderLook,
  ask: AskRange,
): Promise<string | null> {
  const drawable = drawableOf(panel);
  if (drawable === null) return null;
  const faults: string[] = [];
  const answers = await Promise.all(
    drawable.queries.map(async ({ expr, legend }) => {
      try {
        const lines = await ask(fill(interpolateQuery(expr, values), look.window), look);
        return lines.map((line) => ({
          ...line,
          name: lineName(interpolateText(legend, values), line.labels),
        }));
      } catch (error) {
        faults.push(error instanceof Error ? error.message : String(error));
        return [];
      }
    }),
  );
  const title = interpolateText(panel.title, values);
  return drawPanel(
    {
      title,
      subtitle: faults[0]?.slice(0, 200) ?? '',
      fromMs: look.window.fromMs,
      toMs: look.window.toMs,
      unit: drawable.unit,
      series: answers.flat().map(({ name, times, values: points }) => ({
        name: name === '' ? title : name,
        timesMs: times.map((seconds) => seconds * 1000),
        values: points,
      })),
      bands: [],
      thresholds: drawable.thresholds,
      gapMs: look.window.stepSeconds * 1000 * gapSteps,
      emptyText: faults.length > 0 ? 'The query failed.' : 'Nothing was recorded in this time.',
    },
    { width: look.width, height: look.height, theme: look.theme, timeZone: look.timeZone, legendRows },
  );
}
