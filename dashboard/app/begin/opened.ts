import type { StoredDashboard } from '../api/dashboards.ts';
import { noteServerTime } from '../api/server-clock.ts';
import { readOpenedPage } from './opened-page.ts';

const inBrowser = typeof document !== 'undefined';
const opened = readOpenedPage(inBrowser ? document.getElementById('opened')?.textContent : undefined);

const [navigation] = inBrowser
  ? (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])
  : [];
// A page that a browser kept, for a tab that is opened again, tells of another time.
const isKept = navigation?.transferSize === 0;
if (navigation !== undefined && !isKept)
  noteServerTime(opened.serverMs, performance.timeOrigin + navigation.responseStart);

/** The dashboard the server wrote into the page. */
export const openedDashboard: StoredDashboard | undefined = isKept ? undefined : opened.dashboard;
let untaken = openedDashboard;

/** The same for who shows it, once: later its file may say something else. */
export function takeOpenedDashboard(name: string): StoredDashboard | undefined {
  if (untaken?.name !== name) return undefined;
  const taken = untaken;
  untaken = undefined;
  return taken;
}
