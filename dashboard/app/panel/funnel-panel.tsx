import { Skeleton } from '@mantine/core';
import { lazy, type ReactNode, Suspense } from 'react';
import { isDown } from '../api/ask.ts';
import { funnelSteps } from '../drawing/funnel-steps.ts';
import type { Panel } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { useInstantQuery } from '../page/queries.ts';
import { fill } from '../promql/fill.ts';
import { lineName } from '../series/line.ts';
import { PanelFrame } from './panel-frame.tsx';
import { PanelNote } from './panel-note.tsx';
import { useVisible } from './use-visible.ts';

const Funnel = lazy(() => import('../drawing/funnel.tsx'));

/** How many took each step within the page's time. */
export function FunnelPanel({ panel, links }: { readonly panel: Panel; readonly links?: ReactNode }) {
  const { window, openQuery } = usePage();
  const [ref, visible] = useVisible();
  const query = panel.queries[0];
  const { data, error, isPending } = useInstantQuery(query?.expr ?? '', visible);
  const steps = funnelSteps(
    (data ?? []).map(({ labels, value }) => ({ name: lineName(query?.legend ?? '', labels), count: value })),
  );
  return (
    <PanelFrame
      title={panel.title}
      help={panel.help}
      corner="% of the step before"
      links={links}
      frameRef={ref}
      onQuery={() => openQuery(fill(query?.expr ?? '', window))}
    >
      {error !== null && data === undefined ? (
        <PanelNote tone={isDown(error) ? 'quiet' : 'bad'}>{error.message.slice(0, 300)}</PanelNote>
      ) : isPending ? (
        <Skeleton className="panel-loading" />
      ) : steps.length === 0 ? (
        <PanelNote>Nothing was recorded in this time.</PanelNote>
      ) : (
        <div
          className="funnel"
          role="img"
          aria-label={steps.map(({ label, note }) => `${label} ${note}`).join(', ')}
        >
          <Suspense fallback={<Skeleton className="panel-loading" />}>
            <Funnel steps={steps} />
          </Suspense>
        </div>
      )}
    </PanelFrame>
  );
}
