import type { Clock } from '@tocsin/runtime/clock.ts';
import type { SeriesLimit } from '../registry/series-limits.ts';
import type { Administration } from './administration.ts';
import { ApiError } from './api-error.ts';
import { type Endpoint, valueAnswer } from './endpoint.ts';
import { featuresOf } from './features.ts';
import type { Parameters } from './parameters.ts';
import type { NamedCount, SeriesReader } from './series-reader.ts';

/** What `status/*` tells about this process. */
export interface BuildFacts {
  readonly version: string;
  /** Node's version. */
  readonly node: string;
  /** The configuration in force, as YAML without secrets. */
  readonly configYaml: string;
  /** Flags by name, without the dashes. */
  readonly flags: Readonly<Record<string, string>>;
  readonly retentionText: string;
  /** Whether rules may be written through /config/v1/rules. */
  readonly rulerApi?: boolean;
}

/** How far replaying the journal has come; `total` 0 when nothing had to be replayed. */
export interface ReplayProgress {
  readonly done: number;
  readonly total: number;
}

export interface StatusEndpointsDeps {
  readonly clock: Clock;
  readonly reader: SeriesReader;
  readonly facts: BuildFacts;
  readonly replay: () => ReplayProgress;
  /** Null while the admin API is off. */
  readonly administration: Administration | null;
}

const DEFAULT_TOP = 10;

// What the API is compatible with; tools decide by it which functions they may offer.
const PROMETHEUS_VERSION = '3.14.0';

export function createStatusEndpoints(
  deps: StatusEndpointsDeps,
): Readonly<
  Record<
    | 'config'
    | 'flags'
    | 'buildinfo'
    | 'runtimeinfo'
    | 'tsdb'
    | 'walreplay'
    | 'features'
    | 'limits'
    | 'alertmanagers'
    | 'blocks'
    | 'notifications',
    Endpoint
  >
> {
  const { clock, reader, facts } = deps;
  const startedMs = clock.now();
  const features = featuresOf({ adminApi: deps.administration !== null });
  return {
    config: async () => valueAnswer({ yaml: facts.configYaml }),
    flags: async () => valueAnswer(facts.flags),
    // Clients that see features take this for a Mimir, and offer to edit rules.
    buildinfo: async () =>
      valueAnswer({
        ...buildInfo(facts),
        ...(facts.rulerApi ? { features: { ruler_config_api: 'true' } } : {}),
      }),
    runtimeinfo: async () =>
      valueAnswer({
        startTime: new Date(startedMs).toISOString(),
        CWD: '',
        hostname: '',
        serverTime: new Date(clock.now()).toISOString(),
        reloadConfigSuccess: true,
        lastConfigTime: new Date(startedMs).toISOString(),
        corruptionCount: 0,
        goroutineCount: 0,
        GOMAXPROCS: 0,
        GOMEMLIMIT: 0,
        GOGC: '',
        GODEBUG: '',
        storageRetention: facts.retentionText,
      }),
    async tsdb({ parameters }) {
      const top = readTop(parameters);
      const statistics = await reader.statistics();
      const rows = (counts: readonly NamedCount[]) => rowsOf(counts, top);
      return valueAnswer({
        headStats: {
          numSeries: statistics.seriesCount,
          numLabelPairs: statistics.labelPairs,
          chunkCount: statistics.chunkCount,
          minTime: statistics.minTimeMs ?? 0,
          maxTime: statistics.maxTimeMs ?? 0,
        },
        seriesCountByMetricName: rows(statistics.seriesByMetric),
        labelValueCountByLabelName: rows(statistics.valuesByLabel),
        memoryInBytesByLabelName: rows(statistics.bytesByLabel),
        seriesCountByLabelValuePair: rows(statistics.seriesByLabelPair),
      });
    },
    async walreplay() {
      const { done, total } = deps.replay();
      return valueAnswer({ min: 0, max: total, current: done });
    },
    features: async () => valueAnswer(features),
    async limits({ parameters }) {
      const top = readTop(parameters);
      const statistics = await reader.statistics();
      return valueAnswer({
        seriesCountBySender: rowsOf(statistics.seriesBySender, top),
        limits: Object.entries(statistics.limits).map(([name, max]) => ({
          name,
          max,
          refused: statistics.refusedByLimit.get(name as SeriesLimit) ?? 0,
        })),
        refusedSeriesByLimit: statistics.refusedSeries
          .slice(0, top)
          .map(({ limit, name, count }) => ({ limit, name, value: count })),
      });
    },
    // Blocks are Prometheus' unit of storage; partitions are not asked for by any client of theirs.
    blocks: async () => valueAnswer({ blocks: [] }),
    // Nothing is announced here that `/-/ready` and the metrics do not say.
    notifications: async () => valueAnswer([]),
    alertmanagers: async () => valueAnswer({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
  };
}

function readTop(parameters: Parameters): number {
  const top = parameters.get('limit') === undefined ? DEFAULT_TOP : parameters.limit('limit');
  if (top === 0) throw new ApiError('bad_data', 'limit must be a positive number');
  return top;
}

function rowsOf(
  counts: readonly NamedCount[],
  top: number,
): { readonly name: string; readonly value: number }[] {
  return counts.slice(0, top).map(({ name, count }) => ({ name, value: count }));
}

/** Of `status/buildinfo` and `/version`. */
export function buildInfo(facts: BuildFacts): Readonly<Record<string, string>> {
  return {
    version: PROMETHEUS_VERSION,
    revision: `tocsin-${facts.version}`,
    branch: 'tocsin',
    buildUser: '',
    buildDate: '',
    // The field is Prometheus'; what stands in it is the truth.
    goVersion: `node${facts.node}`,
  };
}
