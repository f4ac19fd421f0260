import type { DashboardSource } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { formatUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import type { LayerContent } from '../layout/arrange.ts';
import type { Layer, Panel } from '../layout/panel.ts';

type PanelSource = NonNullable<DashboardSource['panels']>[number];

const titles: Readonly<Record<Layer, string>> = { business: 'Business', usage: 'Usage', system: 'System' };

/** The first page as it is now, as a dashboard that can be arranged: a section a layer. */
export function overviewSource(
  contents: readonly { readonly layer: Layer; readonly content: LayerContent }[],
): DashboardSource {
  return {
    title: 'Overview',
    description: 'Business over usage over system, as the first page showed them when this was saved.',
    sections: contents
      .map(({ layer, content }) => ({
        title: titles[layer],
        layer,
        panels: [...content.gauges, ...content.panels].map(panelSource),
      }))
      .filter(({ panels }) => panels.length > 0),
  };
}

function panelSource(panel: Panel): PanelSource {
  const shared = {
    title: panel.title.slice(0, 200),
    ...(panel.help === '' ? {} : { help: panel.help.slice(0, 2000) }),
  };
  const queries = panel.queries.map(({ expr, legend }) => ({ expr, legend }));
  if (panel.draw === 'funnel') return { draw: 'funnel', ...shared, queries: queries.slice(0, 1) };
  const unit = formatUnit(panel.unit);
  if (panel.draw === 'gauge') return { draw: 'gauge', ...shared, unit, queries, max: panel.max ?? 1 };
  return {
    draw: 'timeseries',
    ...shared,
    unit,
    look: panel.draw,
    queries,
    ...(panel.max === undefined ? {} : { max: panel.max }),
  };
}
