import { basename, dirname } from 'node:path';
import { expandGlob } from '@tocsin/alerting/files/expand-glob.ts';
import type { DashboardPlace } from '@tocsin/dashboard/store/dashboard-store.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import type { LoadedConfig } from './load-config.ts';

/** Where `dashboards:` of the configuration keeps them; new ones go where the first pattern of the form FOLDER/*.yml says. */
export function dashboardPlace(config: LoadedConfig): DashboardPlace {
  const patterns = config.values.dashboards.map((pattern) => config.resolve(pattern));
  const home = patterns.find(
    (pattern) => /^\*\.ya?ml$/.test(basename(pattern)) && !/[*?[]/.test(dirname(pattern)),
  );
  return {
    async files() {
      const found = await Promise.all(patterns.map((pattern) => expandGlob(systemDisk, pattern)));
      return [...new Set(found.flat())];
    },
    home: home === undefined ? null : { folder: dirname(home), extension: basename(home).slice(1) },
  };
}
