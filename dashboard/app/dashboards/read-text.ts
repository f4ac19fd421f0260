import { checkDashboard, type StoredNames } from '@tocsin/dashboard/files/check-dashboard.ts';
import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { loadDashboard } from '@tocsin/dashboard/files/load-dashboard.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';

export interface TextFault {
  /** 1-based. */
  readonly line: number;
  readonly detail: string;
}

export interface ReadText {
  /** Undefined when the text is no dashboard. */
  readonly dashboard: Dashboard | undefined;
  readonly faults: readonly TextFault[];
}

/** A dashboard's text as it is written on the page: what it shows, and what is wrong with it. */
export function readText(name: string, text: string, stored: StoredNames | null): ReadText {
  try {
    const loaded = loadDashboard(name, text);
    return { dashboard: loaded.dashboard, faults: checkDashboard(loaded, stored) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { dashboard: undefined, faults: [{ line: error.line ?? 1, detail: error.detail }] };
  }
}
