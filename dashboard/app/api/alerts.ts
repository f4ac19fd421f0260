import type { AlertReport } from '../alerts/alert.ts';
import { parseValue } from '../series/prometheus-lines.ts';
import { ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

/** Pending and firing alerts in Prometheus' form. `path` chooses who is asked. */
async function alertsOfRules(path: string, signal: AbortSignal): Promise<readonly AlertReport[]> {
  const body = await ask({ path, signal });
  return listOf(field(field(body, 'data'), 'alerts')).map((alert) => ({
    labels: labelsOf(field(alert, 'labels')),
    annotations: labelsOf(field(alert, 'annotations')),
    state: field(alert, 'state') === 'pending' ? 'pending' : 'firing',
    sinceMs: Date.parse(textOf(field(alert, 'activeAt'))),
    value: parseValue(field(alert, 'value')),
    generatorUrl: textOf(field(alert, 'generatorURL')),
  }));
}

/** From alerting itself, so that alerts are seen while the aggregator, whose API forwards them, is down. */
export async function rulesAlerts(signal: AbortSignal): Promise<readonly AlertReport[]> {
  try {
    return await alertsOfRules('/alerting/api/v1/alerts', signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return alertsOfRules('/api/v1/alerts', signal);
  }
}

/** Firing alerts in Alertmanager's form, with what silences and inhibits them; those that fit all `filters`. */
export async function notifierAlerts(
  signal: AbortSignal,
  filters: readonly string[] = [],
): Promise<readonly AlertReport[]> {
  const params = filters.map((filter) => ['filter', filter] as const);
  const body = await ask({ path: '/api/v2/alerts', params, signal });
  return listOf(body).map((alert) => {
    const status = field(alert, 'status');
    const silenced = listOf(field(status, 'silencedBy')).length > 0;
    const inhibited = listOf(field(status, 'inhibitedBy')).length > 0;
    return {
      labels: labelsOf(field(alert, 'labels')),
      annotations: labelsOf(field(alert, 'annotations')),
      state: 'firing',
      muted: silenced ? 'silenced' : inhibited ? 'inhibited' : undefined,
      sinceMs: Date.parse(textOf(field(alert, 'startsAt'))),
      value: Number.NaN,
      generatorUrl: textOf(field(alert, 'generatorURL')),
      fingerprint: textOf(field(alert, 'fingerprint')),
    };
  });
}
