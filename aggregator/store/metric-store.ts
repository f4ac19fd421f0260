import { compareStrings, type Labels } from '@tocsin/protocol/labels/labels.ts';
import { walkWriteRequest } from '@tocsin/protocol/remote-write/decode.ts';
import type { RemoteWriteVersion } from '@tocsin/protocol/remote-write/version.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { QueryLimits } from '@tocsin/query/limits.ts';
import type { Fragment, FragmentAnswer } from '@tocsin/query/shards/fragment.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { SeriesExemplars, SeriesRange, StoreStatistics } from '../api/series-reader.ts';
import type { LayerRule } from '../config.ts';
import { MetadataTable } from '../head/metadata-table.ts';
import { OwnerOutbox } from '../ingest/owner-outbox.ts';
import { Refusals } from '../ingest/refusals.ts';
import { RequestBuilder } from '../ingest/request-builder.ts';
import { ANONYMOUS, STREAM_AGGREGATION } from '../ingest/sender-of.ts';
import type { AggregatorLimits } from '../limits.ts';
import type { SeriesLimit } from '../registry/series-limits.ts';
import { SeriesRegistry } from '../registry/series-registry.ts';
import { createLayers } from '../retention/layers.ts';
import { createRetentionPolicies, type RetentionRule } from '../retention/retention-policies.ts';
import { createLocalOwner } from '../shard/local-owner.ts';
import type { OwnerConfig, OwnerDeps } from '../shard/owner-deps.ts';
import { keysOf } from '../shard/series-told.ts';
import {
  OverloadError,
  type OwnerEvents,
  type OwnerTrouble,
  type SelectMessage,
  type ShardOwner,
} from '../shard/shard-owner.ts';
import { createStreamRules, type StreamRuleConfig } from '../streaming/stream-rule.ts';
import { createWindowClock } from '../streaming/window-clock.ts';
import { openLayout, ownerFolder, writeLayout } from './layout.ts';
import { nameRefused } from './name-refused.ts';
import { type StoreFigures, sumFigures } from './sum-figures.ts';

/** All metrics: takes requests apart by logical shard, asks every owner, and puts answers together. */
export interface MetricStore {
  /** Opens every owner; `progress` tells how far they are. */
  open(): Promise<void>;
  /** Keeps what is good of a request, durably. Throws DecodeError, OverloadError, JournalOverloadError, or the disk's error. */
  write(request: WriteMessage): Promise<WriteOutcome>;
  /** The series that match, each with its samples in (minTimestampMs, maxTimestampMs]. */
  select(selection: SelectMessage, signal: AbortSignal): Promise<readonly SeriesColumns[]>;
  /** The owners' answers to a part of a query. Throws QueryError. */
  evaluate(fragment: Fragment, signal: AbortSignal): Promise<readonly FragmentAnswer[]>;
  /** The only owner's answers to whole queries; null when there are several, who have to be asked for parts. */
  readonly answer: ShardOwner['answer'] | null;
  /** The label sets that match and have samples in the range, no two equal. */
  findSeries(range: SeriesRange, signal: AbortSignal): Promise<readonly Labels[]>;
  /** The values of the label (or with null, the names of labels) of those series; each once, ascending. */
  labelTexts(name: string | null, range: SeriesRange, signal: AbortSignal): Promise<readonly string[]>;
  exemplars(range: SeriesRange): Promise<readonly SeriesExemplars[]>;
  metadata(): Iterable<MetricMetadata>;
  statistics(): Promise<StoreStatistics>;
  /** Requests with samples kept since the start. */
  readonly writes: number;
  figures(): Promise<StoreFigures>;
  /** How often each limit has kept a series from being made. */
  refusedByLimit(): ReadonlyMap<SeriesLimit, number>;
  /** What keeps the store from its work, as it is known now. */
  trouble(): OwnerTrouble;
  /** Closes the windows of stream aggregation that are due, and stores what they say. Called every second. */
  closeWindows(): Promise<void>;
  compact(): Promise<void>;
  maintain(): Promise<void>;
  retain(): Promise<void>;
  deleteSeries(range: SeriesRange): Promise<void>;
  cleanTombstones(): Promise<void>;
  /** Makes a copy in `folder` that a store can be started from. */
  snapshot(folder: string, skipHead: boolean): Promise<void>;
  /** Goes over to other settings; throws for rules that cannot be used, and the old ones stay. */
  configure(settings: StoreSettings): Promise<void>;
  close(): Promise<void>;
  /** Journal bytes replayed and to replay, over all owners. */
  progress(): { readonly done: number; readonly total: number };
}

export interface WriteMessage {
  readonly version: RemoteWriteVersion;
  /** The request, uncompressed. Other protocols are translated to remote write 1.0 first. */
  readonly bytes: Uint8Array;
  /** Whose token it came with; absent without one. */
  readonly sender?: string;
  /** Whether stream aggregation made it, which does not aggregate it again. */
  readonly isOutput?: boolean;
}

/** What became of a request; counts are of what is kept now, repeats of what was there included. */
export interface WriteOutcome {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
  readonly refused: number;
  /** Why, for the sender; empty when nothing was refused. */
  readonly refusals: string;
}

/** What may change while the store runs. Limits are for what comes from then on. */
export interface StoreSettings {
  readonly retention: readonly RetentionRule[];
  readonly layers: readonly LayerRule[];
  readonly limits: AggregatorLimits;
  readonly streams: readonly StreamRuleConfig[];
}

export interface MetricStoreConfig {
  /** Holds nothing but metrics. */
  readonly folder: string;
  readonly limits: AggregatorLimits;
  readonly retention: readonly RetentionRule[];
  readonly layers?: readonly LayerRule[];
  readonly streams?: readonly StreamRuleConfig[];
  /** Of one query; absent: the defaults. */
  readonly queryLimits?: QueryLimits;
  /** Of a new folder; an old one keeps what it has. */
  readonly owners: number;
  /** Where there are two for each owner, wide queries are worked at by two threads. Default 1. */
  readonly processors?: number;
  readonly segmentBytesMax?: number;
}

/** Makes an owner: in this thread, or in one of its own. */
export type OpenOwner = (index: number, config: OwnerConfig, events: OwnerEvents) => ShardOwner;

export interface MetricStoreDeps extends OwnerDeps {
  /** Absent: all owners live in this thread. */
  readonly openOwner?: OpenOwner;
}

/** Throws for a retention or layer rule that cannot be used. */
export function createMetricStore(deps: MetricStoreDeps, config: MetricStoreConfig): MetricStore {
  const { clock, disk } = deps;
  const { folder } = config;
  let { limits } = config;
  const openOwner = deps.openOwner ?? ((_index, ...how) => createLocalOwner(deps, ...how));
  let rules = config.retention;
  const retention = createRetentionPolicies(rules);
  const layers = createLayers(config.layers ?? []);
  const knownMetadata = new MetadataTable(limits.metadataMax);
  const windows = createWindowClock(deps, createStreamRules(config.streams ?? []), {
    flush(index) {
      opened().outboxes[index]!.flush();
    },
    owners: () => owners,
    write: (bytes) => write({ version: '1.0', bytes, sender: STREAM_AGGREGATION, isOutput: true }),
  });
  const progress: { done: number; total: number }[] = [];
  const troubles: OwnerTrouble[] = [];
  let owners: readonly ShardOwner[] = [];
  let ingest: Ingest | null = null;
  let writes = 0;

  interface Ingest {
    readonly registry: SeriesRegistry;
    readonly outboxes: readonly OwnerOutbox[];
    readonly builder: RequestBuilder;
  }

  function opened(): Ingest {
    if (ingest === null) throw new OverloadError('Cannot take samples: the store is not open yet');
    return ingest;
  }

  function eventsOf(index: number, toRestore: SeriesRegistry): OwnerEvents {
    return {
      restored: (firstRef, keys) => toRestore.restore(index, firstRef, keysOf(keys)),
      async dead(refs) {
        const { registry, outboxes } = opened();
        registry.forget(index, refs);
        // What was taken in under these refs goes first.
        outboxes[index]!.flush();
        await owners[index]!.forget(refs);
      },
      progress(done, total) {
        progress[index] = { done, total };
      },
      trouble(trouble) {
        troubles[index] = trouble;
      },
    };
  }

  async function write({
    version,
    bytes,
    sender = ANONYMOUS,
    isOutput = false,
  }: WriteMessage): Promise<WriteOutcome> {
    const { registry, outboxes, builder } = opened();
    const nowMs = clock.now();
    const refusals = new Refusals(limits.refusalsNamedMax);
    registry.startRequest(nowMs, sender);
    const marks = builder.begin(refusals, nowMs, isOutput);
    try {
      walkWriteRequest(version, bytes, builder);
    } catch (error) {
      for (const [index, outbox] of outboxes.entries()) outbox.rollBack(marks[index]!);
      throw error;
    }
    const { news, copies } = builder;
    const parts = outboxes
      .map((outbox, index) => outbox.commit(marks[index]!))
      .filter((part) => part !== null);
    const outcomes = await Promise.all(parts);
    if (parts.length > 0) writes++;
    for (const metadata of news) knownMetadata.set(metadata);
    for (const outcome of outcomes) nameRefused(outcome, refusals);
    const sum = (key: 'samples' | 'histograms' | 'exemplars' | 'repeated'): number =>
      outcomes.reduce((total, outcome) => total + outcome[key], 0);
    return {
      samples: Math.max(0, sum('samples') + sum('repeated') - copies),
      histograms: sum('histograms'),
      exemplars: sum('exemplars'),
      refused: refusals.total,
      refusals: refusals.total > 0 ? refusals.describe() : '',
    };
  }

  /** Inputs of rules that are none any more: what was sent to them goes first. */
  async function letGoOfInputs({ registry, outboxes }: Ingest): Promise<void> {
    const dropped = registry.dropInputs();
    await everywhere(async (owner, index) => {
      const refs = dropped[index]!;
      if (refs.length === 0) return;
      outboxes[index]!.flush();
      await owner.forget(refs);
    });
  }

  async function configure(settings: StoreSettings): Promise<void> {
    const policies = createRetentionPolicies(settings.retention);
    const compiled = createLayers(settings.layers);
    const streams = createStreamRules(settings.streams);
    rules = settings.retention;
    const progress = await everywhere((owner) => owner.configure(settings.retention, settings.streams));
    limits = settings.limits;
    if (ingest === null) return;
    for (const one of progress) windows.learn(one);
    windows.setRules(streams);
    const { registry, outboxes } = ingest;
    registry.configure(policies, compiled, withOutputs(limits), windows.intake);
    ingest = {
      registry,
      outboxes,
      builder: new RequestBuilder(registry, outboxes, knownMetadata, limits),
    };
    await letGoOfInputs(ingest);
  }

  const everywhere = async <T>(work: (owner: ShardOwner, index: number) => Promise<T>): Promise<T[]> =>
    await Promise.all(owners.map(work));
  const inAll = async (work: (owner: ShardOwner) => Promise<void>): Promise<void> => {
    await everywhere(work);
  };

  const figures = async (): Promise<StoreFigures> =>
    sumFigures(await everywhere((owner) => owner.figures()), ingest?.registry ?? null);

  return {
    async open() {
      const layout = await openLayout(disk, folder, config.owners);
      const registry = new SeriesRegistry(
        {
          owners: layout.owners,
          limits: withOutputs(limits),
          retention,
          layers,
          streams: windows.intake,
          seed: deps.random.below(2 ** 32),
        },
        (owner, ref, key) => outboxes[owner]!.define(ref, key),
      );
      owners = Array.from({ length: layout.owners }, (_, index) =>
        openOwner(
          index,
          {
            folder: `${folder}/${ownerFolder(index)}`,
            limits: ownerLimits(limits, layout.owners),
            retention: rules,
            streams: config.streams ?? [],
            ...(config.queryLimits && { queryLimits: config.queryLimits }),
            queryPartner: (config.processors ?? 1) >= 2 * layout.owners,
            ...(config.segmentBytesMax !== undefined && { segmentBytesMax: config.segmentBytesMax }),
          },
          eventsOf(index, registry),
        ),
      );
      const outboxes = owners.map((owner) => new OwnerOutbox((batch) => owner.append(batch), clock.now));
      for (const { metadata, streams } of await everywhere((owner) => owner.open())) {
        windows.learn(streams);
        for (const one of metadata) knownMetadata.set(one);
      }
      const builder = new RequestBuilder(registry, outboxes, knownMetadata, limits);
      ingest = { registry, outboxes, builder };
      await letGoOfInputs(ingest);
      windows.begin();
    },
    write,
    select: async (selection, signal) =>
      (await everywhere((owner) => owner.select(selection, signal))).flat(),
    async evaluate(fragment, signal) {
      const limits = { ...fragment.limits, shares: owners.length };
      return await everywhere((owner) => owner.evaluate({ ...fragment, limits }, signal));
    },
    get answer() {
      return owners.length === 1 ? owners[0]!.answer : null;
    },
    // A label set lies with one owner, whether in memory or in files.
    findSeries: async (range, signal) =>
      (await everywhere((owner) => owner.findSeries(range, signal))).flat(),
    async labelTexts(name, range, signal) {
      const [first = [], ...others] = await everywhere((owner) => owner.labelTexts(name, range, signal));
      return others.length === 0 ? first : [...new Set([first, ...others].flat())].sort(compareStrings);
    },
    exemplars: async (range) => (await everywhere((owner) => owner.exemplars(range))).flat(),
    metadata: () => knownMetadata.all(),
    get writes() {
      return writes;
    },
    async statistics() {
      const { headChunks, minTimeMs, maxTimeMs } = await figures();
      const { registry } = opened();
      return {
        seriesCount: registry.seriesCount,
        chunkCount: headChunks,
        minTimeMs,
        maxTimeMs,
        ...registry.top(),
        limits: {
          series: limits.seriesMax,
          series_per_metric: limits.seriesPerMetricMax,
          series_per_sender: limits.seriesPerSenderMax,
          values_per_label: limits.valuesPerLabelMax,
        },
        refusedByLimit: registry.refusedByLimit,
      };
    },
    figures,
    refusedByLimit: () => ingest?.registry.refusedByLimit ?? new Map(),
    trouble: () => ({
      shortOfSpace: troubles.some((trouble) => trouble?.shortOfSpace),
      quarantined: troubles.flatMap((trouble) => trouble?.quarantined ?? []),
    }),
    compact: () => inAll((owner) => owner.compact()),
    maintain: () => inAll((owner) => owner.maintain()),
    async retain() {
      await inAll((owner) => owner.retain());
      await ingest?.registry.tidy(createPause(clock, new AbortController().signal));
    },
    deleteSeries: (range) => inAll((owner) => owner.deleteSeries(range)),
    cleanTombstones: () => inAll((owner) => owner.cleanTombstones()),
    async snapshot(target, skipHead) {
      await everywhere((owner, index) => owner.snapshot(`${target}/${ownerFolder(index)}`, skipHead));
      await writeLayout(disk, target, await openLayout(disk, folder, owners.length));
    },
    configure: (settings) => windows.inTurn(() => configure(settings)),
    closeWindows: () => windows.close(),
    async close() {
      await windows.stop();
      await inAll((owner) => owner.close());
    },
    progress: () => ({
      done: progress.reduce((sum, one) => sum + (one?.done ?? 0), 0),
      total: progress.reduce((sum, one) => sum + (one?.total ?? 0), 0),
    }),
  };
}

/** What rules make is bounded by what they are made from. */
function withOutputs(limits: AggregatorLimits): AggregatorLimits {
  const { seriesOfSenderMax, seriesMax } = limits;
  return { ...limits, seriesOfSenderMax: { ...seriesOfSenderMax, [STREAM_AGGREGATION]: seriesMax } };
}

/** What holds for all owners together, divided. */
function ownerLimits(limits: AggregatorLimits, owners: number): AggregatorLimits {
  const share = (whole: number): number => Math.ceil(whole / owners);
  return {
    ...limits,
    deadSeriesMin: share(limits.deadSeriesMin),
    exemplarsMax: share(limits.exemplarsMax),
    streamSamplesMax: share(limits.streamSamplesMax),
    indexCacheBytesMax: share(limits.indexCacheBytesMax),
    blockCacheBytesMax: share(limits.blockCacheBytesMax),
  };
}
