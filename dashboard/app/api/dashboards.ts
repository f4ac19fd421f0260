import type { DashboardFault } from '@tocsin/dashboard/files/check-dashboard.ts';
import type { Dashboard } from '@tocsin/dashboard/files/dashboard-schema.ts';
import { ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';

export interface DashboardEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Why it cannot be shown; empty when it can. */
  readonly problem: string;
}

export interface StoredDashboard {
  readonly name: string;
  readonly text: string;
  readonly revision: string;
  /** What the text shows; undefined when it is no dashboard. */
  readonly dashboard: Dashboard | undefined;
  readonly faults: readonly DashboardFault[];
}

const path = '/api/tocsin/v1/dashboards';
const pathOf = (name: string): string => `${path}/${encodeURIComponent(name)}`;

/** The dashboards there are, by name. */
export async function dashboardList(signal: AbortSignal): Promise<readonly DashboardEntry[]> {
  return listOf(field(await ask({ path, signal }), 'data')).map((entry) => ({
    name: textOf(field(entry, 'name')),
    title: textOf(field(entry, 'title')),
    description: textOf(field(entry, 'description')),
    tags: listOf(field(entry, 'tags')).map(textOf),
    problem: textOf(field(entry, 'problem')),
  }));
}

/** A dashboard as the server tells of it. */
export function storedOf(data: unknown): StoredDashboard {
  const dashboard = field(data, 'dashboard');
  return {
    name: textOf(field(data, 'name')),
    text: textOf(field(data, 'text')),
    revision: textOf(field(data, 'revision')),
    // Checked by the schema where it was read.
    dashboard: typeof dashboard === 'object' && dashboard !== null ? (dashboard as Dashboard) : undefined,
    faults: listOf(field(data, 'faults')).map((fault) => ({
      line: Number(field(fault, 'line')),
      detail: textOf(field(fault, 'detail')),
    })),
  };
}

export const readDashboard = async (name: string, signal?: AbortSignal): Promise<StoredDashboard> =>
  storedOf(field(await ask({ path: pathOf(name), ...(signal ? { signal } : {}) }), 'data'));

/** Writes the file; `revision` is that of the text the change began from, null for a new one. */
export const writeDashboardFile = async (
  name: string,
  text: string,
  revision: string | null,
): Promise<StoredDashboard> =>
  storedOf(
    field(
      await ask({ path: pathOf(name), change: { method: 'PUT', body: JSON.stringify({ text, revision }) } }),
      'data',
    ),
  );

export const removeDashboard = (name: string, revision: string): Promise<unknown> =>
  ask({ path: pathOf(name), params: [['revision', revision]], change: { method: 'DELETE' } });

/** Grafana's JSON as a dashboard's text, with what has no counterpart. */
export async function importGrafana(
  json: string,
): Promise<{ readonly text: string; readonly left: readonly string[] }> {
  const body = await ask({ path: '/api/tocsin/v1/import/grafana', change: { method: 'POST', body: json } });
  const data = field(body, 'data');
  return { text: textOf(field(data, 'text')), left: listOf(field(data, 'left')).map(textOf) };
}
