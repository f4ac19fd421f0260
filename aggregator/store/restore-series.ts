import type { SeriesRegistry } from '../registry/series-registry.ts';
import type { SeriesKeys, ShardOwner } from '../shard/shard-owner.ts';

/** Makes known to ingest the series an owner found in its journal. */
export async function restoreSeries(
  registry: SeriesRegistry,
  index: number,
  owner: ShardOwner,
  series: number,
): Promise<void> {
  for (let ref = 0; ref < series; ) {
    const found = await owner.seriesKeys(ref);
    registry.restore(index, ref, keysOf(found));
    ref += found.keyLengths.length;
  }
}

function* keysOf({ keys, keyLengths }: SeriesKeys): Generator<Uint8Array> {
  let at = 0;
  for (const length of keyLengths) {
    yield keys.subarray(at, at + length);
    at += length;
  }
}
