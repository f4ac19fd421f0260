import { labelsFromPairs } from '@tocsin/protocol/labels/labels.ts';
import type {
  Exemplar,
  MetricMetadata,
  MetricType,
  WriteSeries,
} from '@tocsin/protocol/series/write-series.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { limits } from '../limits.ts';
import { type Round, withCommon } from '../samples/round.ts';
import { within } from './within.ts';

/** What prom-client's and @prometheus-io/client's registries have in common, as far as it is used. */
export interface MetricsSource {
  getMetricsAsJSON(): Promise<readonly unknown[]>;
}

export interface ReadRound extends Round {
  /** Series beyond the limit, left out. */
  readonly dropped: number;
}

const POINTS_AT_ONCE = 1_000;
const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary']);

/**
 * Everything the registries hold now, as series at `atMs`. `commonOf` gives the labels to add to a metric. Of
 * two registries with the same series the first one's counts. A registry that fails (a `collect` callback that
 * throws or never ends, say) fails alone; `onFailure` hears of it.
 */
export async function readRegistries(
  clock: Clock,
  sources: readonly MetricsSource[],
  commonOf: (metric: string) => Readonly<Record<string, string>>,
  atMs: number,
  onFailure: (error: unknown) => void,
): Promise<ReadRound> {
  const series = new Map<string, WriteSeries>();
  const metadata = new Map<string, MetricMetadata>();
  let dropped = 0;
  let read = 0;
  for (const source of sources) {
    let families: readonly unknown[];
    try {
      families = await within(clock, source.getMetricsAsJSON(), limits.registryTimeoutMs, 'read a registry');
    } catch (error) {
      onFailure(error);
      continue;
    }
    for (const family of families) {
      if (!isObject(family) || typeof family['name'] !== 'string' || !Array.isArray(family['values']))
        continue;
      const { name } = family;
      const common = commonOf(name);
      if (!metadata.has(name)) metadata.set(name, metadataOf(name, family));
      for (const point of family['values']) {
        // The service's own work comes in between: reading them all at once would stop it for 50 ms and more.
        if (++read % POINTS_AT_ONCE === 0) await clock.sleep(0);
        const one = readPoint(name, point, common, atMs);
        if (!one) continue;
        const key = one.labels.join('\0');
        if (series.has(key)) continue;
        if (series.size >= limits.serviceSeriesMax) dropped++;
        else series.set(key, one);
      }
    }
  }
  return { series: [...series.values()], metadata: [...metadata.values()], dropped };
}

function metadataOf(metric: string, family: Readonly<Record<string, unknown>>): MetricMetadata {
  const { type, help } = family;
  const known = typeof type === 'string' && TYPES.has(type) ? (type as MetricType) : 'unknown';
  return { metric, type: known, help: typeof help === 'string' ? help : '', unit: '' };
}

function readPoint(
  family: string,
  point: unknown,
  common: Readonly<Record<string, string>>,
  atMs: number,
): WriteSeries | null {
  if (!isObject(point) || typeof point['value'] !== 'number') return null;
  const name = typeof point['metricName'] === 'string' ? point['metricName'] : family;
  const own: Record<string, string> = {};
  for (const [label, value] of Object.entries(isObject(point['labels']) ? point['labels'] : {})) {
    own[label] = String(value);
  }
  const exemplar = readExemplar(point['exemplar']);
  return {
    labels: withCommon(name, common, own),
    timestampsMs: Float64Array.of(atMs),
    values: Float64Array.of(point['value']),
    ...(exemplar && { exemplars: [exemplar] }),
  };
}

/** Timestamps of exemplars are seconds in both clients, as in OpenMetrics. */
function readExemplar(exemplar: unknown): Exemplar | null {
  if (!isObject(exemplar) || typeof exemplar['value'] !== 'number') return null;
  const set = isObject(exemplar['labelSet']) ? exemplar['labelSet'] : {};
  const pairs = Object.entries(set).map(([label, value]): [string, string] => [label, String(value)]);
  const { value, timestamp } = exemplar;
  return {
    labels: labelsFromPairs(pairs),
    value,
    ...(typeof timestamp === 'number' && { timestampMs: Math.round(timestamp * 1_000) }),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
