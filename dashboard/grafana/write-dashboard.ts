import { stringify } from 'yaml';
import type { DashboardSource } from '../files/dashboard-schema.ts';

/** A dashboard as the text of its file, with a list of what an import left as comments on top. */
export function writeDashboard(dashboard: DashboardSource, left: readonly string[] = []): string {
  const comment =
    left.length === 0
      ? ''
      : `# Imported from Grafana. What has no counterpart:\n${left.map((line) => `# - ${oneLine(line)}\n`).join('')}`;
  return comment + stringify(dashboard, { lineWidth: 0 });
}

/** Without what would end the comment, or is no YAML. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufffe\uffff]+/gu, ' ');
