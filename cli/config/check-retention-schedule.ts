import { isSchedule } from '@tocsin/aggregator/retention/retention-schedule.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { LoadedConfig } from './load-config.ts';

/** Checks `retention_schedule`. Throws ConfigError with the line. */
export async function checkRetentionSchedule(config: LoadedConfig): Promise<void> {
  const { retention_schedule: schedule } = config.values;
  if (schedule === undefined || (await isSchedule(schedule))) return;
  const detail = `retention_schedule: "${schedule}" is not a cron expression, such as "17 * * * *"`;
  throw new ConfigError(config.file ?? '', config.lineOf(['retention_schedule']), detail);
}
