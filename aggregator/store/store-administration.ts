import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Administration } from '../api/administration.ts';
import type { MetricStore } from './metric-store.ts';

/** The admin API's view of the store. Snapshots are folders from which a store can be started. */
export function createStoreAdministration(
  store: MetricStore,
  clock: Clock,
  snapshotsFolder: string,
): Administration {
  let snapshots = 0;
  return {
    deleteSeries: (matcherSets, startMs, endMs) => store.deleteSeries({ matcherSets, startMs, endMs }),
    cleanTombstones: () => store.cleanTombstones(),
    async snapshot({ skipHead }) {
      const at = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
      const name = `${at}-${++snapshots}`;
      await store.snapshot(`${snapshotsFolder}/${name}/metrics`, skipHead);
      return name;
    },
    compact: () => store.compact(),
  };
}
