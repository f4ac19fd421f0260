import { memo } from 'react';
import type { Upstream } from '../api/health.ts';
import { formatAgo, formatMoment } from '../time/clock-text.ts';
import { usePage } from './page-context.ts';
import { useHealth } from './queries.ts';

const consequences: Readonly<Record<Upstream, string>> = {
  aggregator: 'Charts and logs show what was loaded before.',
  alerting: 'Alerts and notifications may be out of date.',
  dashboard: 'The page shows what was loaded before and goes on trying.',
};

/** Says which part does not answer and since when; the rest of the page goes on. */
export const OutageNotice = memo(function OutageNotice() {
  const { nowMs } = usePage();
  const health = useHealth();
  const outages = (['dashboard', 'aggregator', 'alerting'] as const).flatMap((upstream) => {
    const outage = health[upstream];
    return outage === undefined ? [] : [{ upstream, outage }];
  });
  return (
    <div aria-live="polite">
      {outages.map(({ upstream, outage }) => (
        <p key={upstream} className="outage" title={outage.detail}>
          <strong>The {upstream} does not answer</strong> since {formatMoment(outage.sinceMs, nowMs)} (
          {formatAgo(outage.sinceMs, nowMs)}). {consequences[upstream]}
        </p>
      ))}
    </div>
  );
});
