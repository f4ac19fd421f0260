import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Administration } from '../api/administration.ts';
import type { ShardOwner } from './shard-owner.ts';

/** The admin API's view of a shard owner. Snapshots are folders from which a store can be started. */
export function createOwnerAdministration(
  owner: ShardOwner,
  clock: Clock,
  snapshotsFolder: string,
): Administration {
  let snapshots = 0;
  return {
    deleteSeries: (matcherSets, startMs, endMs) => owner.deleteSeries({ matcherSets, startMs, endMs }),
    cleanTombstones: () => owner.cleanTombstones(),
    async snapshot({ skipHead }) {
      const at = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
      const name = `${at}-${++snapshots}`;
      await owner.snapshot(`${snapshotsFolder}/${name}/metrics/owner-0`, skipHead);
      return name;
    },
    compact: () => owner.compact(),
  };
}
