import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import { z } from 'zod';
import type { Notification, NotifiedAlert } from '../receivers/notification.ts';

const SCHEMA = z.object({
  /** Names the image in the message; unique among all messages. */
  id: z.string(),
  title: z.string(),
  /** The alert's condition. */
  expression: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  /** `toMs` null: it still fires. */
  firing: z.object({ fromMs: z.number(), toMs: z.number().nullable() }),
  /** Of the alerts; their series are shown. */
  labels: z.array(z.array(z.string())),
});

/** A graph that a message wants to carry; plain values, for it is stored with the message. */
export type GraphRequest = z.output<typeof SCHEMA>;

/** As they come back from the store; none where there are none, or where another version wrote them otherwise. */
export function storedGraphRequests(value: unknown): readonly GraphRequest[] {
  return z.array(SCHEMA).safeParse(value).data ?? [];
}

const GRAPHS_MAX = 3;
const ALERTS_MAX = 20;
const WINDOW_MIN_MS = 3_600_000;
const WINDOW_MAX_MS = 7 * 86_400_000;

/** The graphs of a message, one for each rule with alerts in it, by the fingerprint of the first alert of each. */
export function graphRequests(notification: Notification): ReadonlyMap<string, GraphRequest> {
  const byExpression = new Map<string, NotifiedAlert[]>();
  for (const alert of notification.alerts) {
    const expression = expressionOf(alert.generatorUrl);
    if (expression === null) continue;
    const alerts = byExpression.get(expression) ?? [];
    alerts.push(alert);
    byExpression.set(expression, alerts);
  }
  return new Map(
    [...byExpression]
      .slice(0, GRAPHS_MAX)
      .map(([expression, alerts]) => [
        alerts[0]!.fingerprint,
        graphRequest(expression, alerts, notification.timeMs),
      ]),
  );
}

function graphRequest(expression: string, alerts: readonly NotifiedAlert[], timeMs: number): GraphRequest {
  const fromMs = alerts.reduce((first, { startsAtMs }) => Math.min(first, startsAtMs), timeMs);
  const firing = alerts.some(({ status }) => status === 'firing');
  const endMs = alerts.reduce((last, { endsAtMs }) => Math.max(last, endsAtMs ?? 0), 0);
  // The alert takes up two thirds of the graph; what was before is what explains it.
  const windowMs = Math.min(WINDOW_MAX_MS, Math.max(WINDOW_MIN_MS, (timeMs - fromMs) * 1.5));
  const { fingerprint, labels } = alerts[0]!;
  return {
    id: `graph-${timeMs.toString(36)}-${fingerprint}@tocsin`,
    title: getLabel(labels, 'alertname'),
    expression,
    fromMs: timeMs - windowMs,
    toMs: timeMs,
    firing: { fromMs, toMs: firing || endMs === 0 ? null : endMs },
    labels: alerts.slice(0, ALERTS_MAX).map((alert) => [...alert.labels]),
  };
}

/** The expression in an alert's link to its graph, as Prometheus and we write it; null when there is none. */
function expressionOf(generatorUrl: string): string | null {
  const mark = generatorUrl.indexOf('?');
  if (mark < 0) return null;
  const expression = new URLSearchParams(generatorUrl.slice(mark + 1)).get('g0.expr')?.trim();
  return expression ? expression : null;
}
