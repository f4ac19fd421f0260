import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile, type YamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { type Dashboard, dashboardSchema } from './dashboard-schema.ts';

export { sectionsOf } from './sections.ts';

/** Larger files are refused: no person wrote them, and the page would not draw them. */
export const DASHBOARD_LENGTH_MAX = 1_000_000;

export interface LoadedDashboard {
  readonly dashboard: Dashboard;
  /** Knows on which line each value stands. */
  readonly source: YamlFile;
}

/**
 * Reads a dashboard file.
 * @throws ConfigError naming the line and what to do.
 */
export function loadDashboard(file: string, text: string): LoadedDashboard {
  if (text.length > DASHBOARD_LENGTH_MAX)
    throw new ConfigError(file, null, `the file is longer than ${DASHBOARD_LENGTH_MAX} characters; split it`);
  const source = parseYamlFile(file, text);
  const dashboard = checkSchema(source, dashboardSchema);
  return { dashboard, source };
}
