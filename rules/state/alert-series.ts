import { METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import type { AlertState } from './active-alert.ts';

/** The series Prometheus writes for its alerts: `ALERTS` is 1 while one is pending or firing, `ALERTS_FOR_STATE` says since when, in seconds. */
export function* alertSeries(state: AlertState): Generator<QuerySample> {
  for (const alert of state.values()) {
    if (alert.state === 'inactive') continue;
    const shown = withLabel(withLabel(alert.labels, METRIC_NAME, 'ALERTS'), 'alertstate', alert.state);
    yield { labels: shown, value: 1 };
    yield {
      labels: withLabel(alert.labels, METRIC_NAME, 'ALERTS_FOR_STATE'),
      value: Math.floor(alert.activeAtMs / 1000),
    };
  }
}
