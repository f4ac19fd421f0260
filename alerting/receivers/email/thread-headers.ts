import { createHash } from 'node:crypto';
import type { Notification } from '../notification.ts';
import type { EmailConfig } from './email-config.ts';

const DAY_MS = 86_400_000;

/** References to a mail that never was, the same for every mail of a group (and day), so that mail programs show one thread. */
export function threadHeaders(
  threads: EmailConfig['threads'],
  notification: Notification,
): Readonly<Record<string, string>> {
  if (threads === 'off') return {};
  const day =
    threads === 'daily'
      ? new Date(Math.floor(notification.timeMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
      : '';
  const hash = createHash('sha256').update(notification.groupKey).digest('hex').slice(0, 32);
  const root = `<group-${hash}${day === '' ? '' : `-${day}`}@tocsin>`;
  return { References: root, 'In-Reply-To': root };
}
