import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import type { PageState } from '../address/address.ts';
import { parseSpan } from '../time/range.ts';

/** The time a dashboard's file begins with, as far as the address says nothing of it: a link's own time is stronger. */
export function timeOfFile(time: Dashboard['time'], search: string): Partial<PageState> | undefined {
  const params = new URLSearchParams(search);
  if (params.has('last') || params.has('from')) return undefined;
  const seconds = time.last === undefined ? undefined : parseSpan(time.last);
  const change: Partial<PageState> = {
    ...(seconds === undefined ? {} : { range: { kind: 'last', seconds } }),
    ...(time.refresh === undefined || params.has('refresh') ? {} : { refreshSeconds: time.refresh }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}
