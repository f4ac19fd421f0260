import { ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';

export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** What `status/tsdb` says of the series in memory. */
export interface StorageStatus {
  readonly series: number;
  readonly chunks: number;
  readonly byMetric: readonly NamedCount[];
  readonly valuesByLabel: readonly NamedCount[];
  readonly bytesByLabel: readonly NamedCount[];
  readonly byPair: readonly NamedCount[];
}

const metricsMax = 5000;

export async function storageStatus(signal: AbortSignal): Promise<StorageStatus> {
  const params: [string, string][] = [['limit', String(metricsMax)]];
  const data = field(await ask({ path: '/api/v1/status/tsdb', params, signal }), 'data');
  const counts = (name: string): readonly NamedCount[] =>
    listOf(field(data, name)).map((one) => ({
      name: textOf(field(one, 'name')),
      value: Number(field(one, 'value') ?? 0),
    }));
  const head = field(data, 'headStats');
  return {
    series: Number(field(head, 'numSeries') ?? Number.NaN),
    chunks: Number(field(head, 'chunkCount') ?? Number.NaN),
    byMetric: counts('seriesCountByMetricName'),
    valuesByLabel: counts('labelValueCountByLabelName'),
    bytesByLabel: counts('memoryInBytesByLabelName'),
    byPair: counts('seriesCountByLabelValuePair'),
  };
}

export interface RuntimeStatus {
  readonly startedMs: number;
  readonly retention: string;
  readonly version: string;
  readonly config: string;
}

/** Since when the aggregator runs, as which version, how long it keeps what, and its configuration. */
export async function runtimeStatus(signal: AbortSignal): Promise<RuntimeStatus> {
  const [runtime, build, config] = await Promise.all(
    ['runtimeinfo', 'buildinfo', 'config'].map((name) => ask({ path: `/api/v1/status/${name}`, signal })),
  );
  return {
    startedMs: Date.parse(textOf(field(field(runtime, 'data'), 'startTime'))),
    retention: textOf(field(field(runtime, 'data'), 'storageRetention')),
    version: textOf(field(field(build, 'data'), 'version')),
    config: textOf(field(field(config, 'data'), 'yaml')),
  };
}
