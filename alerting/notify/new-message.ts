import type { Notification } from '../receivers/notification.ts';
import type { NewOutboxRow, RecordedRoute } from '../store/outbox.ts';
import type { NamedIntegration } from './receivers-in-use.ts';
import type { GroupState } from './stages/dedup-stage.ts';

/** A message for an integration as it goes into the outbox, rendered; kept only when nothing can send it. */
export function newMessage(
  messageId: string,
  notification: Notification,
  { name, integration }: NamedIntegration,
  state: GroupState,
  route: RecordedRoute | null,
): NewOutboxRow {
  return {
    messageId,
    groupKey: notification.groupKey,
    receiver: notification.receiver,
    integration: name,
    state: integration.cannotSend === null ? 'pending' : 'would_send',
    reason: notification.reason,
    createdMs: notification.timeMs,
    dueMs: notification.timeMs,
    ...state,
    status: notification.status,
    ...integration.render(notification),
    alerts: notification.alerts,
    route,
  };
}
