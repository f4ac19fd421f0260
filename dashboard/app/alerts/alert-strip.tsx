import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { usePage } from '../page/page-context.ts';
import { AlertRow } from './alert-row.tsx';
import { useAlerts } from './use-alerts.ts';

const shownMax = 5;
const listedMax = 200;

/** What is wrong now, across the top of the page. */
export function AlertStrip() {
  const { state, change } = usePage();
  const { alerts, isLoading, isUnknown } = useAlerts();
  const [all, setAll] = useState(false);
  const firing = alerts.filter(({ state, muted }) => state === 'firing' && muted === undefined);
  const quiet = alerts.length - firing.length;
  // What nobody is told of does not take the reader's time either, unless asked for.
  const linked = alerts.find(({ fingerprint }) => state.alert !== '' && fingerprint === state.alert);
  const brief = firing.slice(0, shownMax);
  const shown = all
    ? alerts.slice(0, listedMax)
    : linked === undefined || brief.includes(linked)
      ? brief
      : [linked, ...brief];
  const hidden = alerts.length - shown.length;
  const summary = isUnknown
    ? 'Alerts are not known: nobody answers'
    : firing.length === 0
      ? 'No alert is firing'
      : `${firing.length} ${firing.length === 1 ? 'alert is' : 'alerts are'} firing`;
  return (
    <section className="alerts" aria-label="Alerts" data-firing={firing.length}>
      {isLoading ? (
        <Skeleton height={20} width={220} />
      ) : (
        <>
          <p className="alerts-summary" aria-live="polite">
            <span
              className={`alerts-dot ${isUnknown ? 'alerts-dot-unknown' : firing.length > 0 ? 'alerts-dot-bad' : ''}`}
            />
            {summary}
            {quiet > 0 ? <span className="alerts-quiet">{quiet} pending or muted</span> : null}
            {hidden > 0 || (all && alerts.length > 0) ? (
              <Button
                variant="subtle"
                color="gray"
                size="compact-xs"
                fw={500}
                onClick={() => setAll(!all)}
                aria-expanded={all}
              >
                {all ? 'Show fewer' : `Show ${hidden === quiet ? 'them' : `all ${alerts.length}`}`}
              </Button>
            ) : null}
          </p>
          {state.alert === '' || linked !== undefined ? null : (
            <p className="alerts-quiet">
              The alert of this link does not fire any more. Its messages are below, under Notifications.{' '}
              <Button variant="subtle" size="compact-xs" onClick={() => change({ alert: '' }, 'replace')}>
                Close
              </Button>
            </p>
          )}
          {shown.length === 0 ? null : (
            <ul>
              {shown.map((alert) => (
                <AlertRow key={alert.key} alert={alert} />
              ))}
            </ul>
          )}
          {alerts.length > listedMax && all ? (
            <p className="alerts-quiet">The first {listedMax} are shown.</p>
          ) : null}
        </>
      )}
    </section>
  );
}
