import type { Engine } from '@tocsin/query/engine.ts';
import type { Storage } from '@tocsin/query/storage.ts';
import type { QuerySample } from '../template/annotation-functions.ts';

/** An expression's series at one time; a number is one without labels. @throws QueryError, or Error for other types */
export async function instantSamples(
  engine: Engine,
  storage: Storage,
  expression: string,
  timeMs: number,
): Promise<readonly QuerySample[]> {
  const { result } = await engine.instant({ query: expression, storage, timeMs });
  if (result.kind === 'scalar') return [{ labels: [], value: result.value }];
  if (result.kind !== 'vector') throw new Error('rule result is not a vector or scalar');
  return result.labels.map((labels, i) => {
    const histogram = result.histograms?.[i];
    return histogram ? { labels, value: 0, histogram } : { labels, value: result.values[i]! };
  });
}
