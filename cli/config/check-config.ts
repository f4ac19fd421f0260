import { loadRules } from '@tocsin/alerting/evaluation/load-rules.ts';
import { loadRouting } from '@tocsin/alerting/routing/load-routing.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { checkReports } from './check-reports.ts';
import { checkRetentionSchedule } from './check-retention-schedule.ts';
import { checkSelectors } from './check-selectors.ts';
import type { LoadedConfig } from './load-config.ts';
import { ruleFiles } from './rule-files.ts';
import { readSenders } from './senders.ts';

/** Checks everything the configuration refers to, before anything is started. Throws ConfigError. */
export async function checkConfig(config: LoadedConfig): Promise<void> {
  checkSelectors(config);
  await checkRetentionSchedule(config);
  readSenders(config);
  await loadRules(systemDisk, ruleFiles(config));
  const routing = config.resolve(config.values.routing);
  const loaded = (await systemDisk.size(routing)) === null ? null : await loadRouting(systemDisk, routing);
  if (!loaded && config.has('routing')) {
    const detail = `routing: ${config.values.routing} does not exist`;
    throw new ConfigError(config.file ?? '', config.lineOf(['routing']), detail);
  }
  checkReports(config, loaded);
}
