import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { checkDashboard, type DashboardFault } from '../files/check-dashboard.ts';
import type { Dashboard } from '../files/dashboard-schema.ts';
import { loadDashboard } from '../files/load-dashboard.ts';
import type { StoredDashboard } from '../store/dashboard-store.ts';

/** A dashboard's file with what it shows, so that a browser that shows it needs to know nothing of YAML and PromQL. */
export interface ShownDashboard extends StoredDashboard {
  /** Null when the text is no dashboard. */
  readonly dashboard: Dashboard | null;
  readonly faults: readonly DashboardFault[];
}

const keptMax = 100;

/** Reads what dashboards show; texts that were read before are not read again. */
export function createShownDashboards(): (stored: StoredDashboard) => ShownDashboard {
  const kept = new Map<string, Pick<ShownDashboard, 'dashboard' | 'faults'>>();
  return (stored) => {
    const key = `${stored.name} ${stored.revision}`;
    const read = kept.get(key) ?? readText(stored);
    kept.delete(key);
    kept.set(key, read);
    for (const oldest of kept.keys()) {
      if (kept.size <= keptMax) break;
      kept.delete(oldest);
    }
    return { ...stored, ...read };
  };
}

function readText({ name, text }: StoredDashboard): Pick<ShownDashboard, 'dashboard' | 'faults'> {
  try {
    const loaded = loadDashboard(name, text);
    return { dashboard: loaded.dashboard, faults: checkDashboard(loaded) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { dashboard: null, faults: [{ line: error.line ?? 1, detail: error.detail }] };
  }
}
