import { labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import type { Router } from 'express';
import type { OutboxRow, OutboxState } from '../store/outbox.ts';
import type { ApiDeps } from './api-deps.ts';
import { parametersOf, wholeParameter } from './request-parameters.ts';

const STATES: Partial<Record<OutboxState, string>> = {
  pending: 'pending',
  claimed: 'pending',
  sent: 'sent',
  failed: 'failed',
  would_send: 'would_send',
};
const LIMIT_MAX = 1_000;

/** What was sent, what waits, and what would have been sent: /api/tocsin/v1/notifications; and why: /api/tocsin/v1/events. */
export function mountNotifications(router: Router, deps: ApiDeps): void {
  router.get('/api/tocsin/v1/notifications', (request, response) => {
    const limit = wholeParameter(parametersOf(request), 'limit', 50, LIMIT_MAX);
    const integrations = [...deps.notifier.receivers.values()].flat();
    const configured = integrations.some(({ integration }) => integration.cannotSend === null);
    const notifications = deps.store.outbox.history(limit).map(notificationJson);
    response.json({ status: 'success', data: { configured, notifications } });
  });

  router.get('/api/tocsin/v1/events', (request, response) => {
    const limit = wholeParameter(parametersOf(request), 'limit', 100, LIMIT_MAX);
    const events = deps.store
      .events(limit)
      .map(({ atMs, ...event }) => ({ at: new Date(atMs).toISOString(), ...event }));
    response.json({ status: 'success', data: { events } });
  });
}

function notificationJson(row: OutboxRow) {
  return {
    id: row.messageId,
    at: new Date(row.createdMs).toISOString(),
    finishedAt: row.finishedMs === null ? null : new Date(row.finishedMs).toISOString(),
    receiver: row.receiver,
    integration: row.integration.replace(/\[\d+\]$/, ''),
    state: STATES[row.state] ?? row.state,
    status: row.status,
    reason: row.reason,
    subject: row.subject,
    text: row.text,
    attempts: row.attempts,
    error: row.error ?? row.problem,
    answer: row.answer,
    alerts: row.alerts.map((alert) => ({
      labels: labelsToObject(alert.labels),
      annotations: labelsToObject(alert.annotations),
      status: alert.status,
      fingerprint: alert.fingerprint,
      value: alert.value,
    })),
  };
}
