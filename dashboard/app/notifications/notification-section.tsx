import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { notificationHistory } from '../api/notifications.ts';
import { usePage } from '../page/page-context.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { NotificationItem } from './notification-item.tsx';

const everyMs = 15_000;

/** What was sent to whom; without a configured receiver, what would have been. */
export function NotificationSection() {
  const { state } = usePage();
  const { data, error, isPending } = useQuery({
    queryKey: ['notifications'],
    queryFn: ({ signal }) => notificationHistory(signal),
    refetchInterval: state.refreshSeconds === 0 ? false : everyMs,
  });
  return (
    <section className="layer layer-notifications" id="notifications" aria-labelledby="notifications-title">
      <div className="layer-head">
        <h2 id="notifications-title">Notifications</h2>
        {data === undefined ? null : data.configured ? (
          <span>the latest, newest first</span>
        ) : (
          <>
            <span className="mark mark-warn">nobody is told yet</span>
            <span>
              No receiver is configured: this is what would have been sent. Name an SMTP server and a receiver
              in <code>alertmanager.yml</code>.
            </span>
          </>
        )}
      </div>
      {error !== null && data === undefined ? (
        <PanelNote tone="bad">{error.message.slice(0, 300)}</PanelNote>
      ) : isPending ? (
        <Skeleton height={60} />
      ) : data === undefined || data.notifications.length === 0 ? (
        <PanelNote>Nothing had to be sent so far.</PanelNote>
      ) : (
        <ul className="notifications">
          {data.notifications.map((notification) => (
            <NotificationItem key={notification.id} notification={notification} />
          ))}
        </ul>
      )}
    </section>
  );
}
