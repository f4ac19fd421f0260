import { loadRouting } from '@tocsin/alerting/routing/load-routing.ts';
import { checkDashboard, type StoredNames } from '@tocsin/dashboard/files/check-dashboard.ts';
import { loadDashboard, sectionsOf } from '@tocsin/dashboard/files/load-dashboard.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import { loadUnitTests } from '@tocsin/rules/unit-test/load-unit-tests.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { checkConfig } from './check-config.ts';
import { checkNamedFiles } from './check-named-files.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { loadConfig } from './load-config.ts';
import { readTextFile } from './read-text-file.ts';

export type FileCheck =
  | { readonly error: ConfigError; readonly summary?: never }
  | { readonly error: null; readonly summary: string };

/**
 * Checks one file by what its keys say it is. When it is told what is stored, a dashboard's metrics and labels must be. Anything but a ConfigError is a fault of ours and
 * thrown.
 */
export async function checkFile(file: string, stored: StoredNames | null = null): Promise<FileCheck> {
  try {
    return { error: null, summary: await summarize(file, stored) };
  } catch (error) {
    if (error instanceof ConfigError) return { error };
    throw error;
  }
}

async function summarize(file: string, stored: StoredNames | null): Promise<string> {
  const text = await readTextFile(file);
  const { value } = parseYamlFile(file, text);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.includes('groups')) {
    const groups = loadRuleFile(file, text);
    const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
    return `valid, ${rules} ${rules === 1 ? 'rule' : 'rules'} in ${groups.length} ${groups.length === 1 ? 'group' : 'groups'}`;
  }
  if (keys.includes('route') || keys.includes('receivers')) {
    await checkNamedFiles(file, text, await loadRouting(systemDisk, file));
    return 'valid routing';
  }
  if (keys.includes('tests')) {
    const count = loadUnitTests(file, text).tests.length;
    return `valid, ${count} ${count === 1 ? 'test' : 'tests'} of rules`;
  }
  if (keys.includes('panels') || keys.includes('sections')) return summarizeDashboard(file, text, stored);
  const config = loadConfig({ option: (name) => (name === 'config' ? file : undefined), environment: {} });
  await checkConfig(config);
  const routing = config.resolve(config.values.routing);
  if ((await systemDisk.size(routing)) !== null)
    await checkNamedFiles(routing, await readTextFile(routing), await loadRouting(systemDisk, routing));
  for (const dashboard of await dashboardFiles(config))
    summarizeDashboard(dashboard, await readTextFile(dashboard), stored);
  return 'valid configuration';
}

function summarizeDashboard(file: string, text: string, stored: StoredNames | null): string {
  const loaded = loadDashboard(file, text);
  const [first, ...more] = checkDashboard(loaded, stored);
  if (first !== undefined) {
    const others = more.map(({ line, detail }) => `\n${file}:${line}: ${detail}`).join('');
    throw new ConfigError(file, first.line, first.detail + others);
  }
  const panels = sectionsOf(loaded.dashboard).reduce((sum, section) => sum + section.panels.length, 0);
  return `valid dashboard, ${panels} ${panels === 1 ? 'panel' : 'panels'}`;
}
