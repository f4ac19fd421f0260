import { formatDuration, formatNumber, formatValue } from '@tocsin/chart/units/format.ts';
import { lazy, Suspense } from 'react';
import type { Headline } from '../layout/panel.ts';
import { usePage } from '../page/page-context.ts';
import { useInstantQuery, useRangeQuery } from '../page/queries.ts';
import { useVisible } from './use-visible.ts';

const Sparkline = lazy(() => import('../drawing/sparkline.tsx'));

/** One number, how it changed against the same time before, and its course. */
export function HeadlineTile({ headline }: { readonly headline: Headline }) {
  const { window } = usePage();
  const [ref, visible] = useVisible();
  const value = useInstantQuery(headline.value, visible).data?.[0]?.value;
  const before = useInstantQuery(headline.before, visible).data?.[0]?.value;
  const trend = useRangeQuery(headline.trend, visible).data?.lines[0]?.values ?? [];
  const span = formatDuration((window.toMs - window.fromMs) / 1000);
  // An increase is extrapolated to the range's ends; of things that are counted, the whole ones are shown.
  const shown =
    headline.span === 'over the range' && headline.unit.kind === 'number' && value !== undefined
      ? Math.round(value)
      : value;
  return (
    <section className="tile" aria-label={headline.title} ref={ref} title={headline.help}>
      <h3>{headline.title}</h3>
      <p className="tile-value">{formatValue(shown, headline.unit)}</p>
      <p className="tile-note" title={`against the ${span} before`}>
        {headline.span === 'now' ? 'now' : `in ${span}`} {changeOf(value, before)}
      </p>
      <div className="tile-trend" aria-hidden="true">
        {trend.length > 1 ? (
          <Suspense>
            <Sparkline values={trend} width={74} height={32} />
          </Suspense>
        ) : null}
      </div>
    </section>
  );
}

/** `+12%` or `×15` against the range before; empty when there is nothing to compare with. */
function changeOf(value: number | undefined, before: number | undefined): string {
  if (value === undefined || before === undefined || !Number.isFinite(value / before)) return '';
  if (value >= 10 * before && before > 0) return `×${formatNumber(Math.round(value / before))}`;
  const change = value / before - 1;
  if (Math.abs(change) < 0.005) return '±0%';
  return `${change > 0 ? '+' : '−'}${formatNumber(Math.round(Math.abs(change) * 100))}%`;
}
