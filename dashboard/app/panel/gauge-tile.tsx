import { formatValue } from '@tocsin/chart/units/format.ts';
import { lazy, Suspense } from 'react';
import { gradeColours } from '../chart/bands.ts';
import type { Panel } from '../layout/panel.ts';
import { useInstantQuery } from '../page/queries.ts';
import { useVisible } from './use-visible.ts';

const Gauge = lazy(() => import('../drawing/gauge.tsx'));
const tight = 0.75;
const nearlyFull = 0.9;

/** How full something is, at the end of the page's time. */
export function GaugeTile({ panel }: { readonly panel: Panel }) {
  const [ref, visible] = useVisible();
  const { data } = useInstantQuery(panel.queries[0]?.expr ?? '', visible);
  const value = data?.[0]?.value;
  const max = panel.max ?? 1;
  const share = (value ?? 0) / max;
  const colour = share >= nearlyFull ? gradeColours[2] : share >= tight ? gradeColours[1] : '#3fae9f';
  return (
    <section className="tile tile-gauge" aria-label={panel.title} ref={ref} title={panel.help}>
      <h3>{panel.title}</h3>
      <div className="gauge" role="img" aria-label={formatValue(value, panel.unit)}>
        <Suspense>
          <Gauge value={value ?? 0} max={max} colour={colour} />
        </Suspense>
        <span className="gauge-value">{formatValue(value, panel.unit)}</span>
      </div>
    </section>
  );
}
