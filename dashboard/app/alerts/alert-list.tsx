import { Skeleton } from '@mantine/core';
import { PanelNote } from '../panel/panel-note.tsx';
import { AlertRow } from './alert-row.tsx';
import { FilterBar, useListFilter } from './filter-bar.tsx';
import { useAlerts } from './use-alerts.ts';

const listedMax = 500;
const kinds = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Firing' },
  { value: 'pending', label: 'Pending' },
  { value: 'muted', label: 'Silenced or inhibited' },
];

/** All alerts, found by kind and by any text in their labels. */
export function AlertList() {
  const { alerts, isLoading, isUnknown } = useAlerts();
  const filter = useListFilter();
  const { kind, wanted } = filter;
  const found = alerts.filter((alert) => {
    const own = alert.muted !== undefined ? 'muted' : alert.state;
    if (kind !== 'all' && kind !== own) return false;
    if (wanted === '') return true;
    const all = [alert.name, alert.summary, ...Object.entries(alert.labels).map((pair) => pair.join('='))];
    return all.some((one) => one.toLowerCase().includes(wanted));
  });
  if (isLoading) return <Skeleton height={120} />;
  return (
    <section aria-label="Alerts" className="sheet">
      <FilterBar
        filter={filter}
        kinds={kinds}
        textLabel="Text in name, summary or labels"
        example="service=shop"
        count={`${found.length} of ${alerts.length}`}
      />
      {isUnknown ? (
        <PanelNote tone="bad">Alerts are not known: nobody answers.</PanelNote>
      ) : found.length === 0 ? (
        <PanelNote>{alerts.length === 0 ? 'No alert is firing or pending.' : 'No alert matches.'}</PanelNote>
      ) : (
        <div className="alerts">
          <ul>
            {found.slice(0, listedMax).map((alert) => (
              <AlertRow key={alert.key} alert={alert} />
            ))}
          </ul>
        </div>
      )}
      {found.length > listedMax ? <p className="quiet">The first {listedMax} are shown.</p> : null}
    </section>
  );
}
