import type { Clock } from '@tocsin/runtime/clock.ts';
import type { DashboardStore, StoredDashboard } from '../store/dashboard-store.ts';
import { StoreError } from '../store/store-error.ts';
import type { ShownDashboard } from './shown-dashboard.ts';

/** What the page's first script is told. */
export interface Opened {
  /** The server's time (ms since the epoch): a browser's clock may be wrong. */
  readonly serverMs: number;
  /** The dashboard at the page's address; null when there is none, or it cannot be read. */
  readonly dashboard: ShownDashboard | null;
}

/** Tells what the page at a path shows, so that it need not ask when it is there. */
export function createOpened(
  dashboards: Pick<DashboardStore, 'read'>,
  show: (stored: StoredDashboard) => ShownDashboard,
  clock: Pick<Clock, 'now'>,
): (path: string) => Promise<Opened> {
  return async (path) => {
    const name = /^\/dashboards\/([\w-]+)\/?$/.exec(path)?.[1];
    const dashboard = name === undefined ? null : await read(name);
    return { serverMs: clock.now(), dashboard };
  };

  async function read(name: string): Promise<ShownDashboard | null> {
    try {
      return show(await dashboards.read(name));
    } catch (error) {
      // The page asks for it too, and is told why there is none.
      if (error instanceof StoreError) return null;
      throw error;
    }
  }
}
