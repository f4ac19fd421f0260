import { type StoredDashboard, storedOf } from '../api/dashboards.ts';
import { field } from '../api/json-fields.ts';

/** What the server wrote into the page beside its scripts. */
export interface OpenedPage {
  /** When it did. */
  readonly serverMs: number;
  /** The dashboard at the page's address. */
  readonly dashboard: StoredDashboard | undefined;
}

/** Reads the element the server wrote; a page without it, or with a broken one, only comes later to what it shows. */
export function readOpenedPage(text: string | null | undefined): OpenedPage {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    value = undefined;
  }
  const serverMs = field(value, 'serverMs');
  const dashboard = field(value, 'dashboard');
  return {
    serverMs: typeof serverMs === 'number' ? serverMs : Number.NaN,
    dashboard: typeof dashboard === 'object' && dashboard !== null ? storedOf(dashboard) : undefined,
  };
}
