import { Code, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { notificationHistory } from '../api/notifications.ts';
import { receiverNames, routingText } from '../api/silences.ts';
import { PanelNote } from '../panel/panel-note.tsx';
import { ReceiverCard } from './receiver-card.tsx';

/** Who can be told, and the routing that decides who is. */
export function ReceiverList() {
  const receivers = useQuery({ queryKey: ['receivers'], queryFn: ({ signal }) => receiverNames(signal) });
  const routing = useQuery({ queryKey: ['routing'], queryFn: ({ signal }) => routingText(signal) });
  const history = useQuery({
    queryKey: ['notifications'],
    queryFn: ({ signal }) => notificationHistory(signal),
  });
  if (receivers.data === undefined) {
    return receivers.error === null ? (
      <Skeleton height={120} />
    ) : (
      <PanelNote tone="bad">{receivers.error.message.slice(0, 300)}</PanelNote>
    );
  }
  return (
    <section aria-label="Receivers" className="sheet">
      {receivers.data.length === 0 || history.data?.configured === false ? (
        <PanelNote>
          Nobody is told yet. Name an SMTP server and a receiver in alertmanager.yml, beside tocsin.yaml, as
          Alertmanager takes them; until then what would be sent is listed under Sent.
        </PanelNote>
      ) : (
        <ul className="cards">
          {receivers.data.map((name) => (
            <ReceiverCard key={name} name={name} />
          ))}
        </ul>
      )}
      {routing.data === undefined || routing.data === '' ? null : (
        <details>
          <summary>The routing in force</summary>
          <Code block className="routing">
            {routing.data.slice(0, 50_000)}
          </Code>
        </details>
      )}
    </section>
  );
}
