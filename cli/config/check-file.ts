import { loadRouting } from '@tocsin/alerting/routing/load-routing.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { checkConfig } from './check-config.ts';
import { loadConfig } from './load-config.ts';
import { readTextFile } from './read-text-file.ts';

export type FileCheck =
  | { readonly error: ConfigError; readonly summary?: never }
  | { readonly error: null; readonly summary: string };

/** Checks one file by what its keys say it is. Anything but a ConfigError is a fault of ours and thrown. */
export async function checkFile(file: string): Promise<FileCheck> {
  try {
    return { error: null, summary: await summarize(file) };
  } catch (error) {
    if (error instanceof ConfigError) return { error };
    throw error;
  }
}

async function summarize(file: string): Promise<string> {
  const text = await readTextFile(file);
  const { value } = parseYamlFile(file, text);
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.includes('groups')) {
    const groups = loadRuleFile(file, text);
    const rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
    return `valid, ${rules} ${rules === 1 ? 'rule' : 'rules'} in ${groups.length} ${groups.length === 1 ? 'group' : 'groups'}`;
  }
  if (keys.includes('route') || keys.includes('receivers')) {
    await loadRouting(systemDisk, file);
    return 'valid routing';
  }
  await checkConfig(
    loadConfig({ option: (name) => (name === 'config' ? file : undefined), environment: {} }),
  );
  return 'valid configuration';
}
