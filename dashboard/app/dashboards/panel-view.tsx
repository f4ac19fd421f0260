import { plainNumber } from '@tocsin/chart/units/unit.ts';
import type { DashboardPanel } from '@tocsin/dashboard/files/dashboard-schema.ts';
import {
  interpolateAddress,
  interpolateQuery,
  interpolateText,
  type VariableValues,
} from '@tocsin/dashboard/files/interpolate.ts';
import { queriesOf, stickinessOf } from '@tocsin/dashboard/files/panel-queries.ts';
import { parseUnit } from '@tocsin/dashboard/files/parse-unit.ts';
import { lazy, memo, type ReactNode, Suspense } from 'react';
import type { Panel } from '../layout/panel.ts';
import { FunnelPanel } from '../panel/funnel-panel.tsx';
import { TimePanel } from '../panel/time-panel.tsx';
import { AlertsPanel } from './alerts-panel.tsx';
import { GaugePanel } from './gauge-panel.tsx';
import { HeatmapPanel } from './heatmap-panel.tsx';
import { LogsPanel } from './logs-panel.tsx';
import { SloPanel } from './slo-panel.tsx';
import { StatPanel } from './stat-panel.tsx';
import { TablePanel } from './table-panel.tsx';

const BarPanel = lazy(() => import('./bar-panel.tsx'));
const TextPanel = lazy(() => import('./text-panel.tsx'));

interface Props {
  readonly panel: DashboardPanel;
  readonly id: string;
  readonly values: VariableValues;
}

/** Draws a panel of a dashboard file with its variables filled in; what goes on around it does not draw it anew. */
export const PanelView = memo(function PanelView({ panel, id, values }: Props) {
  const links = panel.links.length === 0 ? undefined : <PanelLinks links={panel.links} values={values} />;
  const frame = {
    title: interpolateText(panel.title, values),
    help: interpolateText(panel.help, values),
    links,
  };
  const asPanel = (some: Pick<Panel, 'draw' | 'queries'> & Partial<Panel>): Panel => ({
    id,
    layer: 'system',
    title: frame.title,
    help: frame.help,
    unit: plainNumber,
    ...some,
  });
  const fill = (expr: string) => interpolateQuery(expr, values);
  switch (panel.draw) {
    case 'timeseries':
      return (
        <TimePanel
          links={links}
          panel={asPanel({
            draw: panel.look,
            unit: parseUnit(panel.unit) ?? plainNumber,
            queries: filled(panel, values),
            thresholds: panel.thresholds,
            ...(panel.min === undefined ? {} : { min: panel.min }),
            ...(panel.max === undefined ? {} : { max: panel.max }),
          })}
        />
      );
    case 'funnel':
      return (
        <FunnelPanel links={links} panel={asPanel({ draw: 'funnel', queries: filled(panel, values) })} />
      );
    case 'stickiness':
      return (
        <TimePanel
          links={links}
          panel={asPanel({
            draw: 'area',
            unit: { kind: 'ratio' },
            help: frame.help || 'Of those who came in a month, the share that came on a day.',
            queries: [{ expr: fill(stickinessOf(panel)), legend: 'daily of monthly' }],
            max: 1,
          })}
        />
      );
    case 'stat':
      return <StatPanel frame={frame} panel={panel} queries={filled(panel, values)} />;
    case 'gauge':
      return <GaugePanel frame={frame} panel={panel} queries={filled(panel, values)} />;
    case 'bar':
      return (
        <Suspense>
          <BarPanel frame={frame} panel={panel} queries={filled(panel, values)} />
        </Suspense>
      );
    case 'table':
      return <TablePanel frame={frame} panel={panel} queries={filled(panel, values)} />;
    case 'heatmap':
      return <HeatmapPanel frame={frame} panel={panel} expr={filled(panel, values)[0]?.expr ?? ''} />;
    case 'logs':
      return (
        <LogsPanel
          frame={frame}
          filter={{
            service: interpolateText(panel.service, values),
            level: interpolateText(panel.level, values),
            text: interpolateText(panel.text, values),
          }}
          most={panel.most}
        />
      );
    case 'alerts':
      return (
        <AlertsPanel
          frame={frame}
          labels={Object.fromEntries(
            Object.entries(panel.labels).map(([name, value]) => [name, interpolateText(value, values)]),
          )}
        />
      );
    case 'text':
      return (
        <Suspense>
          <TextPanel frame={frame} markdown={interpolateText(panel.markdown, values)} />
        </Suspense>
      );
    case 'slo':
      return <SloPanel frame={frame} panel={panel} errors={fill(panel.errors)} total={fill(panel.total)} />;
  }
});

/** What every panel's frame shows. */
export interface FrameProps {
  readonly title: string;
  readonly help: string;
  readonly links: ReactNode;
}

function filled(
  panel: { readonly queries: Parameters<typeof queriesOf>[0] },
  values: VariableValues,
): Panel['queries'] {
  return queriesOf(panel.queries).map(({ expr, legend }) => ({
    expr: interpolateQuery(expr, values),
    legend: interpolateText(legend, values),
  }));
}

function PanelLinks({
  links,
  values,
}: {
  readonly links: DashboardPanel['links'];
  readonly values: VariableValues;
}) {
  return links.map(({ title, url }) => (
    <a key={`${title} ${url}`} className="panel-link" href={interpolateAddress(url, values)} rel="noreferrer">
      {interpolateText(title, values).slice(0, 40) || 'Link'}
    </a>
  ));
}
