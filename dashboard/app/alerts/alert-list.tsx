import { SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useParameter } from '../page/use-parameter.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { AlertRow } from './alert-row.tsx';
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
  const [kind, setKind] = useParameter('kind', 'all');
  const [text, setText] = useParameter('find');
  const wanted = text.trim().toLowerCase();
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
      <div className="row">
        <SegmentedControl
          size="xs"
          aria-label="Kind"
          value={kind}
          onChange={(next) => setKind(next)}
          data={kinds}
        />
        <TextInput
          size="xs"
          className="grow"
          aria-label="Text in name, summary or labels"
          placeholder="Text in name, summary or labels, such as service=shop"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <span className="quiet" role="status">
          {found.length} of {alerts.length}
        </span>
      </div>
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
