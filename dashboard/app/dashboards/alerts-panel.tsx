import { AlertRow } from '../alerts/alert-row.tsx';
import { useAlerts } from '../alerts/use-alerts.ts';
import { PanelFrame } from '../panel/panel-frame.tsx';
import { PanelNote } from '../panel/panel-note.tsx';
import type { FrameProps } from './panel-view.tsx';

const shownMax = 30;

interface Props {
  readonly frame: FrameProps;
  readonly labels: Readonly<Record<string, string>>;
}

/** Alerts that have certain labels, worst first. */
export function AlertsPanel({ frame, labels }: Props) {
  const { alerts, isLoading, isUnknown } = useAlerts();
  const found = alerts.filter((alert) =>
    Object.entries(labels).every(([name, value]) => alert.labels[name] === value),
  );
  return (
    <PanelFrame {...frame} corner={found.length === 0 ? '' : String(found.length)}>
      {isUnknown ? (
        <PanelNote tone="bad">Alerts are not known: nobody answers.</PanelNote>
      ) : found.length === 0 ? (
        <PanelNote>{isLoading ? '' : 'No alert is firing or pending.'}</PanelNote>
      ) : (
        <div className="alerts panel-table">
          <ul>
            {found.slice(0, shownMax).map((alert) => (
              <AlertRow key={alert.key} alert={alert} />
            ))}
          </ul>
        </div>
      )}
      {found.length > shownMax ? <p className="panel-foot">The first {shownMax} are shown.</p> : null}
    </PanelFrame>
  );
}
