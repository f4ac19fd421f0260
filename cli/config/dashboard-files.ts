import { expandGlob } from '@tocsin/alerting/files/expand-glob.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import type { LoadedConfig } from './load-config.ts';

/** The dashboard files of a configuration, as far as they are there. */
export async function dashboardFiles(config: LoadedConfig): Promise<readonly string[]> {
  const found = await Promise.all(
    config.values.dashboards.map((pattern) => expandGlob(systemDisk, config.resolve(pattern))),
  );
  const files = [...new Set(found.flat())];
  const sizes = await Promise.all(files.map((file) => systemDisk.size(file)));
  return files.filter((_, i) => sizes[i] !== null);
}
