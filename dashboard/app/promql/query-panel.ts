import { type Unit, unitOf } from '@tocsin/chart/units/unit.ts';
import type { Panel } from '../layout/panel.ts';

/** A query's unit is that of the first metric in it, unless it is turned into a rate or count. */
export function queryUnit(query: string): Unit {
  const names = query.match(/[a-zA-Z_:][\w:]*_(?:bytes|seconds|ratio|celsius)\b/g) ?? [];
  const isChanged = /\b(rate|irate|increase|count|deriv|changes|resets)\s*(by|without)?\s*\(|[<>=/*]/.test(
    query,
  );
  return isChanged ? unitOf('') : unitOf(names[0] ?? '');
}

/** The panel that draws a reader's own query. */
export const queryPanel = (query: string): Panel => ({
  id: 'query',
  layer: 'system',
  title: query,
  help: '',
  unit: queryUnit(query),
  draw: 'lines',
  queries: [{ expr: query, legend: '' }],
});
