import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { FoundLine, IndexStats } from '@tocsin/protocol/loki/response.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { describeDamage } from '../journal/damage.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import { type LocalJournal, openLocalJournal } from '../journal/local-journal.ts';
import { OverloadError } from '../shard/shard-owner.ts';
import { decodeBatch, encodeBatch, LOG_BATCH_KIND } from './batch-record.ts';
import { type BlockStore, openBlockStore } from './block-store.ts';
import { createLineCounter, type LevelCounts } from './count-lines.ts';
import { createLogHead, type LogHead } from './head.ts';
import { DEFAULT_LOG_LIMITS, type LogLimits } from './limits.ts';
import type { LogStream } from './log-entry.ts';
import { createLogMetrics, type LogMetrics, type LogStoreFigures } from './metrics.ts';
import { sealBlock } from './seal-block.ts';
import { type LineQuery, type LineScan, type SelectDeps, scanLines, selectLines } from './select-lines.ts';

export interface LogStoreDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  readonly registry: MetricsRegistry;
}

export interface LogStoreConfig {
  /** Holds `journal/` and `blocks/`; the caller holds the data directory's lock. */
  readonly folder: string;
  /** How long lines are kept, by their own time. Null keeps them forever. */
  readonly retentionMs?: number | null;
  readonly limits?: Partial<LogLimits>;
}

export const DEFAULT_LOG_RETENTION_MS = 7 * 24 * 3_600_000;

/** Streams with a line between two times (the second excluded), and how much of each there is. */
export interface StreamExtent {
  readonly labels: Labels;
  readonly stats: IndexStats;
}

export interface CountQuery extends Omit<LineScan, 'direction'> {
  readonly bucketNs: bigint;
  readonly buckets: number;
}

export interface LogStore {
  readonly limits: LogLimits;
  readonly metrics: LogMetrics;
  /** Lines older than this are refused and removed, nanoseconds. */
  oldestNs(): bigint;
  /** Opens the files and replays the journal. */
  open(): Promise<void>;
  /** Resolves when the lines are durable and can be found. Throws OverloadError when they must be sent later. */
  append(streams: readonly LogStream[]): Promise<void>;
  /** True when a stream with these labels may have lines added. */
  admits(labels: Labels): boolean;
  select(query: LineQuery): Promise<{ readonly lines: readonly FoundLine[]; readonly scannedBytes: number }>;
  /** Counts lines by level in `buckets` equal buckets of the query's time, however many there are. */
  count(query: CountQuery): Promise<LevelCounts>;
  extents(startNs: bigint, endNs: bigint): readonly StreamExtent[];
  /** Seals what has been in memory long enough; to be called now and then. */
  maintain(): Promise<void>;
  /** Removes blocks whose time is over. */
  retain(): Promise<void>;
  figures(): LogStoreFigures;
  close(): Promise<void>;
}

const JOURNAL = { segmentBytesMax: 16 * 2 ** 20, waitingBytesMax: 64 * 2 ** 20 };
const FREE_SPACE_CHECK_MS = 1_000;

/**
 * Lines go to the journal, then to the head; the head is sealed into a block when it is large or old, and the journal
 * is cut behind it. A block says up to where of the journal it reaches, so a crash between the two repeats nothing.
 */
export function createLogStore(deps: LogStoreDeps, config: LogStoreConfig): LogStore {
  const { clock, disk, log } = deps;
  const limits: LogLimits = { ...DEFAULT_LOG_LIMITS, ...config.limits };
  const retentionMs = config.retentionMs === undefined ? DEFAULT_LOG_RETENTION_MS : config.retentionMs;
  const metrics = createLogMetrics(deps.registry, figures);
  let journal: LocalJournal | null = null;
  let blocks: BlockStore | null = null;
  let head = createLogHead();
  /** The head that is being sealed; still searched, since its block is not there yet. */
  let sealing: LogHead | null = null;
  /** Behind the newest line in the head. */
  let appliedTo: LogPosition = 0;
  let turn: Promise<void> = Promise.resolve();
  let freeSpace = { checkedMs: Number.NEGATIVE_INFINITY, enough: true };
  let waitingBytes = 0;

  function opened(): { journal: LocalJournal; blocks: BlockStore } {
    if (journal === null || blocks === null)
      throw new OverloadError('The log store is starting; send again later');
    return { journal, blocks };
  }

  async function checkRoom(): Promise<void> {
    if (head.bytes + waitingBytes > limits.headBytesHard)
      throw new OverloadError('Log lines come faster than they can be sealed; send again later');
    if (clock.monotonic() - freeSpace.checkedMs > FREE_SPACE_CHECK_MS) {
      freeSpace = { checkedMs: clock.monotonic(), enough: freeSpace.enough };
      const freeBytes = await disk.freeBytes(config.folder);
      freeSpace = { checkedMs: clock.monotonic(), enough: freeBytes >= limits.freeBytesMin };
    }
    if (!freeSpace.enough)
      throw new OverloadError(`The disk has less than ${limits.freeBytesMin} bytes left; send again later`);
  }

  /** Seals the head when it is `due`. One at a time; a failure leaves its lines in memory and in the journal. */
  function seal(due: () => boolean): Promise<void> {
    const sealed = turn.then(async () => {
      if (sealing === null && !due()) return;
      const { journal: current, blocks: store } = opened();
      // A head that could not be sealed before is tried again together with what came since.
      const merged = createLogHead();
      for (const part of [sealing, head]) merged.append([...(part?.streams ?? [])], clock.monotonic());
      const journalNext = appliedTo;
      sealing = merged;
      head = createLogHead();
      if (merged.entries > 0) {
        // Whoever looks finds its lines in one of the two, and only there.
        await store.add(journalNext, await sealBlock([...merged.streams], journalNext), () => {
          sealing = null;
        });
        metrics.sealed.inc();
      } else sealing = null;
      await current.truncateBefore(journalNext);
    });
    turn = sealed.catch(() => undefined);
    return sealed;
  }

  const isFull = (): boolean => head.bytes >= limits.headBytesMax;
  const isOld = (): boolean =>
    head.sinceMs !== undefined && clock.monotonic() - head.sinceMs >= limits.headAgeMsMax;

  function sealInBackground(): void {
    seal(isFull).catch((error: unknown) => {
      log.error({ err: error }, 'cannot seal log lines into a block; trying again later');
    });
  }

  function oldestNs(): bigint {
    if (retentionMs === null) return -(2n ** 63n);
    return BigInt(Math.floor(clock.now() - retentionMs)) * 1_000_000n;
  }

  function heads(): LogHead[] {
    return sealing === null ? [head] : [sealing, head];
  }

  /** All lines, each once, as far as blocks and heads are looked at before anything is waited for. */
  function searched(): SelectDeps {
    return { blocks: opened().blocks, heads: heads(), limits, metrics, log, clock };
  }

  function figures(): LogStoreFigures {
    const held = heads();
    return {
      headLines: held.reduce((sum, { entries }) => sum + entries, 0),
      headBytes: held.reduce((sum, { bytes }) => sum + bytes, 0),
      blocks: blocks?.blocks.length ?? 0,
      blockBytes: blocks?.blocks.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0,
      unreadable: [...(blocks?.unreadable ?? []), ...describeDamage(journal?.damaged ?? [])],
    };
  }

  return {
    limits,
    metrics,
    oldestNs,
    figures,
    async open() {
      const store = await openBlockStore(disk, log, `${config.folder}/blocks`);
      const current = await openLocalJournal(disk, { folder: `${config.folder}/journal`, ...JOURNAL });
      appliedTo = store.blocks.reduce(
        (newest, { journalNext }) => Math.max(newest, journalNext),
        current.start(),
      );
      for await (const { kind, payload, next } of current.read(appliedTo)) {
        if (kind === LOG_BATCH_KIND) head.append(decodeBatch(payload), clock.monotonic());
        appliedTo = next;
      }
      blocks = store;
      journal = current;
    },
    async append(streams) {
      const { journal: current } = opened();
      await checkRoom();
      const payload = encodeBatch(streams);
      waitingBytes += payload.length;
      try {
        // Appends resolve in the journal's order, so the head is filled in that order too.
        const { next } = await current.append(LOG_BATCH_KIND, [payload]);
        head.append(streams, clock.monotonic());
        appliedTo = next;
      } finally {
        waitingBytes -= payload.length;
      }
      metrics.lines.inc(streams.reduce((sum, { entries }) => sum + entries.length, 0));
      if (isFull() && sealing === null) sealInBackground();
    },
    admits: (labels) => head.streamCount < limits.streamsMax || head.has(labels),
    async select(query) {
      const found = await selectLines(searched(), query);
      metrics.queries.inc();
      return found;
    },
    async count({ bucketNs, buckets, ...query }) {
      const counter = createLineCounter(query.startNs, bucketNs, buckets);
      await scanLines(searched(), { ...query, direction: 'forward' }, counter);
      metrics.queries.inc();
      return counter.counts();
    },
    extents: (startNs, endNs) => extentsOf(heads(), opened().blocks, startNs, endNs),
    maintain: () => seal(() => isFull() || isOld()),
    async retain() {
      if (retentionMs !== null) metrics.removed.inc(await opened().blocks.removeBefore(oldestNs()));
    },
    async close() {
      await turn;
      await journal?.close();
      journal = null;
    },
  };
}

function extentsOf(
  heads: readonly LogHead[],
  { blocks }: BlockStore,
  startNs: bigint,
  endNs: bigint,
): StreamExtent[] {
  const byStream = new Map<string, { labels: Labels; chunks: number; entries: number; bytes: number }>();
  const add = (labels: Labels, chunks: number, entries: number, bytes: number): void => {
    const key = labelsKey(labels);
    const extent = byStream.get(key) ?? { labels, chunks: 0, entries: 0, bytes: 0 };
    extent.chunks += chunks;
    extent.entries += entries;
    extent.bytes += bytes;
    byStream.set(key, extent);
  };
  for (const block of blocks) {
    if (block.lastNs < startNs || block.firstNs >= endNs) continue;
    for (const { labels, chunks } of block.streams)
      for (const chunk of chunks)
        if (chunk.lastNs >= startNs && chunk.firstNs < endNs) add(labels, 1, chunk.entries, chunk.rawBytes);
  }
  for (const head of heads)
    for (const { labels, entries } of head.streams) {
      const within = entries.filter(({ timestampNs }) => timestampNs >= startNs && timestampNs < endNs);
      const bytes = within.reduce((sum, { line }) => sum + line.length, 0);
      if (within.length > 0) add(labels, 0, within.length, bytes);
    }
  return Array.from(byStream.values(), ({ labels, chunks, entries, bytes }) => ({
    labels,
    stats: { streams: 1, chunks, entries, bytes },
  }));
}
