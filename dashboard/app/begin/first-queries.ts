import type { Dashboard, DashboardPanel } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { interpolateQuery, type VariableValues } from '@tocsin/dashboard/files/interpolate.ts';
import { queriesOf, stickinessOf } from '@tocsin/dashboard/files/panel-queries.ts';
import { repeated, sectionsOf } from '@tocsin/dashboard/files/sections.ts';

/** The expressions that the first panels of a dashboard ask over the whole time, annotations before them; each once. */
export function firstQueries(
  dashboard: Dashboard,
  values: VariableValues,
  panelsMax: number,
): readonly string[] {
  const exprs = new Set<string>();
  for (const { expr } of dashboard.annotations) exprs.add(interpolateQuery(expr, values));
  let left = panelsMax;
  for (const section of sectionsOf(dashboard)) {
    if (section.collapsed) continue;
    for (const inSection of repeated(section.repeat, values)) {
      for (const panel of section.panels) {
        for (const own of repeated(panel.repeat, inSection.values)) {
          if (left-- <= 0) return [...exprs];
          for (const expr of rangeQueriesOf(panel)) exprs.add(interpolateQuery(expr, own.values));
        }
      }
    }
  }
  return [...exprs];
}

function rangeQueriesOf(panel: DashboardPanel): readonly string[] {
  if (panel.draw === 'timeseries' || panel.draw === 'stat')
    return queriesOf(panel.queries).map(({ expr }) => expr);
  return panel.draw === 'stickiness' ? [stickinessOf(panel)] : [];
}
