import { createHash } from 'node:crypto';

/** What providers know a group by: the SHA-256 of its key in hexadecimal, the same as Alertmanager's for the same group. */
export function groupKeyHash(groupKey: string): string {
  return createHash('sha256').update(groupKey).digest('hex');
}
