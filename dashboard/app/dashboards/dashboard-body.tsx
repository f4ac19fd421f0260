import { Skeleton } from '@mantine/core';
import type {
  Dashboard,
  DashboardPanel,
  DashboardSection,
} from '@tocsin/dashboard/files/dashboard-schema.ts';
import {
  interpolateAddress,
  interpolateText,
  type VariableValues,
} from '@tocsin/dashboard/files/interpolate.ts';
import { valuesOf } from '@tocsin/dashboard/files/resolve-variables.ts';
import { repeated, sectionsOf } from '@tocsin/dashboard/files/sections.ts';
import { type CSSProperties, useMemo, useState } from 'react';
import { CrashGuard } from '../page/crash-guard.tsx';
import { PageContext, usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { PanelView } from './panel-view.tsx';
import { useAnnotations } from './use-annotations.ts';
import { useVariables } from './use-variables.ts';
import { VariableBar } from './variable-bar.tsx';
import './dashboards.css';

const widths: Readonly<Record<DashboardPanel['draw'], number>> = {
  timeseries: 4,
  stat: 2,
  gauge: 2,
  bar: 4,
  table: 6,
  heatmap: 6,
  logs: 12,
  alerts: 6,
  text: 4,
  slo: 4,
  funnel: 4,
  stickiness: 4,
};

/** A dashboard's variables, links, sections and panels. */
export function DashboardBody({ dashboard }: { readonly dashboard: Dashboard }) {
  const page = usePage();
  const { resolved, error, set } = useVariables(dashboard.variables);
  const values = useMemo(() => valuesOf(resolved ?? []), [resolved]);
  const marks = useAnnotations(dashboard.annotations, values, resolved !== undefined);
  const context = useMemo(() => ({ ...page, bands: [...page.bands, ...marks] }), [page, marks]);
  const sections = useMemo(() => sectionsOf(dashboard), [dashboard]);
  if (resolved === undefined) {
    return error === null ? (
      <Skeleton height={240} />
    ) : (
      <PanelNote tone="bad">The variables are not known: {error.message.slice(0, 300)}</PanelNote>
    );
  }
  return (
    <PageContext value={context}>
      <VariableBar resolved={resolved} set={set} />
      {dashboard.links.length === 0 ? null : (
        <nav className="row" aria-label="Links">
          {dashboard.links.map(({ title, url }) => (
            <a key={`${title} ${url}`} href={interpolateAddress(url, values)} rel="noreferrer">
              {interpolateText(title, values) || url.slice(0, 60)}
            </a>
          ))}
        </nav>
      )}
      {sections.length === 0 ? <PanelNote>This dashboard has no panels yet. Choose Edit.</PanelNote> : null}
      {sections.flatMap((section, index) =>
        repeated(section.repeat, values).map((own) => (
          <Section
            // biome-ignore lint/suspicious/noArrayIndexKey: sections are told apart by their place in the file
            key={`${index} ${own.key}`}
            id={`${index}-${own.key}`}
            section={section}
            values={own.values}
          />
        )),
      )}
    </PageContext>
  );
}

interface SectionProps {
  readonly id: string;
  readonly section: DashboardSection;
  readonly values: VariableValues;
}

function Section({ id, section, values }: SectionProps) {
  const [open, setOpen] = useState(!section.collapsed);
  const title = interpolateText(section.title, values);
  return (
    <section
      className={`layer ${section.layer === undefined ? '' : `layer-${section.layer}`}`}
      aria-label={title || 'Panels'}
    >
      {title === '' ? null : (
        <div className="layer-head">
          <h2>
            <button
              type="button"
              className="section-title"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {title}
            </button>
          </h2>
          {open ? null : <span>{section.panels.length} panels</span>}
        </div>
      )}
      {open ? (
        <div className="board">
          {section.panels.flatMap((panel, index) =>
            repeated(panel.repeat, values).map((own) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: panels are told apart by their place in the file
              <div key={`${index} ${own.key}`} className="board-cell" style={placeOf(panel)}>
                <CrashGuard what={panel.title || 'A panel'}>
                  <PanelView panel={panel} id={`${id}-${index}-${own.key}`} values={own.values} />
                </CrashGuard>
              </div>
            )),
          )}
        </div>
      ) : null}
    </section>
  );
}

function placeOf(panel: DashboardPanel): CSSProperties {
  return {
    '--columns': panel.width ?? widths[panel.draw],
    ...(panel.height === undefined ? {} : { '--drawing-height': `${panel.height}px` }),
  } as CSSProperties;
}
