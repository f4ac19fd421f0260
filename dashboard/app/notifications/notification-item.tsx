import type { PageNotification } from '../api/notifications.ts';
import { usePage } from '../page/page-context.ts';
import { formatMoment } from '../time/clock-text.ts';

const states = {
  sent: ['sent', 'good'],
  failed: ['failed', 'bad'],
  pending: ['being sent', 'busy'],
  would_send: ['would be sent', 'warn'],
} as const;
const textLengthMax = 20_000;

/** One notification: opens to show its text as the receiver gets it. */
export function NotificationItem({ notification }: { readonly notification: PageNotification }) {
  const { nowMs } = usePage();
  const [name, tone] = states[notification.state];
  return (
    <li>
      <details className="notification">
        <summary>
          <time>{formatMoment(notification.atMs, nowMs)}</time>
          <span className={`mark mark-${tone}`}>{name}</span>
          <span className={`notification-status notification-${notification.status}`}>
            {notification.status}
          </span>
          <span className="notification-subject">
            <bdi>{notification.subject.slice(0, 300)}</bdi>
          </span>
          <span className="notification-to">
            {notification.receiver.slice(0, 60)}
            {notification.integration === '' ? '' : ` by ${notification.integration.slice(0, 30)}`}
            {notification.attempts > 1 ? `, ${notification.attempts} attempts` : ''}
          </span>
        </summary>
        {notification.error === '' ? null : (
          <p className="notification-error">{notification.error.slice(0, 1000)}</p>
        )}
        <pre>
          {notification.text === '' ? 'This message has no text.' : notification.text.slice(0, textLengthMax)}
        </pre>
      </details>
    </li>
  );
}
