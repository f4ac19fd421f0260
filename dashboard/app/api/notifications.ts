import { ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

export interface PageNotification {
  readonly id: string;
  readonly atMs: number;
  readonly receiver: string;
  readonly integration: string;
  readonly state: 'sent' | 'failed' | 'pending' | 'would_send';
  readonly status: 'firing' | 'resolved';
  readonly subject: string;
  readonly text: string;
  readonly attempts: number;
  readonly error: string;
  readonly alerts: readonly Readonly<Record<string, string>>[];
}

export interface NotificationHistory {
  /** Whether a receiver is configured; when not, the notifications are what would have been sent. */
  readonly configured: boolean;
  readonly notifications: readonly PageNotification[];
}

const states = ['sent', 'failed', 'pending', 'would_send'] as const;

/** The latest notifications, newest first. */
export async function notificationHistory(signal: AbortSignal): Promise<NotificationHistory> {
  const body = await ask({
    path: '/alerting/api/tocsin/v1/notifications',
    params: [['limit', '50']],
    signal,
  });
  const data = field(body, 'data');
  return {
    configured: field(data, 'configured') === true,
    notifications: listOf(field(data, 'notifications'))
      .map((one) => ({
        id: textOf(field(one, 'id')),
        atMs: Date.parse(textOf(field(one, 'at'))),
        receiver: textOf(field(one, 'receiver')),
        integration: textOf(field(one, 'integration')),
        state: states.find((state) => state === field(one, 'state')) ?? 'pending',
        status: field(one, 'status') === 'resolved' ? ('resolved' as const) : ('firing' as const),
        subject: textOf(field(one, 'subject')),
        text: textOf(field(one, 'text')),
        attempts: Number(field(one, 'attempts') ?? 0),
        error: textOf(field(one, 'error')),
        alerts: listOf(field(one, 'alerts')).map((alert) => labelsOf(field(alert, 'labels'))),
      }))
      .sort((a, b) => b.atMs - a.atMs),
  };
}
