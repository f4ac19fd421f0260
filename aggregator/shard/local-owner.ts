import { formatLabels } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { walkWriteRequest } from '@tocsin/protocol/remote-write/decode.ts';
import type { SeriesRange } from '../api/series-reader.ts';
import { Head } from '../head/head.ts';
import { loadMetadata, saveMetadata } from '../head/metadata-file.ts';
import { Refusals } from '../ingest/refusals.ts';
import { describeDamage } from '../journal/damage.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import { DEFAULT_JOURNAL_LIMITS, type LocalJournal, openLocalJournal } from '../journal/local-journal.ts';
import { PartitionStore } from '../partition/partition-store.ts';
import { expiredPartitions } from '../retention/expired-partitions.ts';
import { rollUpDue } from '../rollup/roll-up-due.ts';
import { unionOfSelections } from '../series/select-series.ts';
import { SeriesTable } from '../series/series-table.ts';
import { BatchBuilder } from './batch-builder.ts';
import { BATCH_RECORD, encodeBatch } from './batch-record.ts';
import { findLabelSets, findLabelTexts } from './find-labels.ts';
import { mergeDue } from './merge-due.ts';
import type { OwnerConfig, OwnerDeps } from './owner-deps.ts';
import { createOwnerSeries } from './owner-series.ts';
import { createPause } from './pause.ts';
import { openSeries, readSeries } from './read-series.ts';
import { firstNeeded, isDue, replayJournal } from './replay.ts';
import { sealRange } from './seal-ranges.ts';
import { OverloadError, type ShardOwner, type WriteMessage, type WriteOutcome } from './shard-owner.ts';
import { ownerStatistics } from './statistics.ts';
import { Turns } from './turns.ts';

/** A shard owner on this machine's disk, in this process. */
export function createLocalOwner(deps: OwnerDeps, config: OwnerConfig): ShardOwner {
  const { clock, disk, log } = deps;
  const { limits, folder } = config;
  let { retention } = config;
  const head = new Head(deps.random.below(2 ** 32), limits);
  const store = new PartitionStore(disk, `${folder}/partitions`, log, limits.indexCacheBytesMax);
  const series = createOwnerSeries(head, config);
  const turns = new Turns();
  const readers = new Turns();
  const readDeps = { clock, disk, store, head };
  let journal: LocalJournal | null = null;
  let epochStarts: { readonly epoch: number; readonly position: LogPosition }[] = [];
  let epoch = 1;
  let shortOfSpace = false;
  /** The newest batch met a full disk. */
  let lackedSpace = false;
  let sealingEarly = false;
  let savedMetadata = 0;
  const metadataPath = `${folder}/metadata.json`;
  let done = 0;
  let total = 0;
  let maintenance: Promise<void> = Promise.resolve();

  function openJournal(): LocalJournal {
    if (journal === null) throw new OverloadError('Cannot take samples: the store is not open yet');
    return journal;
  }

  async function write({ version, bytes }: WriteMessage): Promise<WriteOutcome> {
    const opened = openJournal();
    if (shortOfSpace)
      throw new OverloadError('Cannot take samples: the disk is nearly full; free some space');
    return await turns.shared(async () => {
      const nowMs = clock.now();
      const refusals = new Refusals(limits.refusalsNamedMax);
      series.startRequest(nowMs, epoch);
      const builder = new BatchBuilder(series, limits, refusals, nowMs);
      walkWriteRequest(version, bytes, builder);
      const whole = builder.finish();
      const batch = { ...whole, metadata: whole.metadata.filter((one) => head.metadata.isNews(one)) };
      const isEmpty =
        batch.count + batch.histograms.length + batch.exemplars.length + batch.metadata.length === 0;
      let kept = { samples: 0, histograms: 0, exemplars: 0, repeated: 0 };
      if (!isEmpty) {
        const payload = encodeBatch(batch, epoch, (number) => head.table.keyOf(number));
        const { position } = await opened.append(BATCH_RECORD, payload).catch((error: unknown) => {
          lackedSpace = isDiskFull(error);
          throw error;
        });
        lackedSpace = false;
        series.markDefined(batch.definitions, epoch);
        kept = head.apply(batch, position, nowMs, (number, timestampMs) => {
          refusals.add('duplicate timestamp', () => {
            const name = formatLabels(head.table.labelsOf(number));
            return `${name} has another value at ${timestampMs} ms`;
          });
        });
      }
      if (head.ranges.size > limits.openRangesMax) sealEarly();
      return {
        samples: kept.samples + kept.repeated,
        histograms: kept.histograms,
        exemplars: kept.exemplars,
        refused: refusals.total,
        refusals: refusals.total > 0 ? refusals.describe() : '',
      };
    });
  }

  /** An import of old samples opens ranges faster than maintenance comes round. */
  function sealEarly(): void {
    if (sealingEarly) return;
    sealingEarly = true;
    inTurn(maintain)
      .catch((error: unknown) => log.warn({ err: error }, 'cannot seal; trying again later'))
      .finally(() => {
        sealingEarly = false;
      });
  }

  /** Starts a new epoch between two records, moving the chosen ranges out of reach of new samples. */
  async function startEpoch(isWanted: (startMs: number) => boolean): Promise<LogPosition> {
    return await turns.alone(() => {
      const position = openJournal().end();
      const wanted = [...head.ranges.values()].filter(({ startMs }) => isWanted(startMs));
      for (const { startMs } of wanted) head.ranges.delete(startMs);
      head.sealing = [...head.sealing, ...wanted].sort((a, b) => a.startMs - b.startMs);
      epoch++;
      epochStarts.push({ epoch, position });
      return position;
    });
  }

  /** Seals what `startEpoch` set aside, now or before a failure. */
  async function sealSetAside(position: LogPosition): Promise<void> {
    for (const range of head.sealing) {
      const entries = await sealRange(deps, store, head.table, range, retention);
      const sealed = [
        { startMs: range.startMs, position: Math.min(position, positionOf(range.startMs, position)) },
      ];
      await store.change({ add: entries, sealed });
      head.sealing = head.sealing.filter((one) => one !== range);
      setAsideAt.delete(range.startMs);
    }
    await cutJournal();
  }

  // A range whose sealing failed is tried again later; its records end where it was first set aside.
  const setAsideAt = new Map<number, LogPosition>();
  function positionOf(startMs: number, position: LogPosition): LogPosition {
    const known = setAsideAt.get(startMs);
    if (known !== undefined) return known;
    setAsideAt.set(startMs, position);
    return position;
  }

  async function cutJournal(): Promise<void> {
    const log = openJournal();
    const needed = firstNeeded(head, log.end());
    // Only at an epoch's start does the log explain its own series numbers.
    const cut = epochStarts.filter(({ position }) => position <= needed).at(-1);
    if (!cut) return;
    if (head.metadata.changes !== savedMetadata) {
      const { changes } = head.metadata;
      await saveMetadata(disk, metadataPath, head.metadata);
      savedMetadata = changes;
    }
    epochStarts = epochStarts.filter(({ position }) => position >= cut.position);
    if (cut.position > store.journalFrom) await store.change({ journalFrom: cut.position });
    await log.truncateBefore(cut.position);
  }

  async function seal(isWanted: (startMs: number) => boolean): Promise<void> {
    const position = await startEpoch(isWanted);
    for (const { startMs } of head.sealing) positionOf(startMs, position);
    await sealSetAside(position);
  }

  /** One piece of maintenance at a time. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = maintenance.then(work);
    maintenance = turn.catch(() => undefined);
    return turn;
  }

  async function maintain(): Promise<void> {
    const nowMs = clock.now();
    shortOfSpace = (await disk.freeBytes(folder)) < limits.freeBytesMin;
    const due = new Set(
      [...head.ranges.values()].filter((range) => isDue(range, nowMs)).map(({ startMs }) => startMs),
    );
    const excess = head.ranges.size - due.size - limits.openRangesMax;
    if (excess > 0) {
      const quietest = [...head.ranges.values()].sort((a, b) => a.touchedMs - b.touchedMs).slice(0, excess);
      for (const { startMs } of quietest) due.add(startMs);
    }
    if (due.size > 0 || head.sealing.length > 0) await seal((startMs) => due.has(startMs));
    else if (series.isEpochDue(nowMs)) await startEpoch(() => false);
  }

  /** Drops series without samples in memory from the table once they are the larger part of it. */
  async function forgetDeadSeries(): Promise<void> {
    const count = head.table.seriesCount;
    const live = head.liveSeries();
    const dead = live.reduce((sum, isLive) => sum + 1 - isLive, 0);
    if (dead < limits.deadSeriesMin || dead * 2 < count) return;
    const table = new SeriesTable(deps.random.below(2 ** 32));
    const pause = createPause(clock, new AbortController().signal);
    for (let series = 0; series < count; series++) {
      if (live[series] === 1) table.add(head.table.readLabels(series));
      await pause();
    }
    // Readers first: a long one must not keep writers waiting.
    await readers.alone(() =>
      turns.alone(() => {
        head.useTable(table);
        series.forget();
        epoch++;
        epochStarts.push({ epoch, position: openJournal().end() });
      }),
    );
    log.info({ before: count, now: table.seriesCount }, 'forgot series that are in sealed files only');
  }

  async function retain(): Promise<void> {
    const nowMs = clock.now();
    await forgetDeadSeries();
    await mergeDue(deps, store, nowMs, false);
    await rollUpDue(deps, store, nowMs);
    const expired = expiredPartitions(store.entries, retention, nowMs);
    if (expired.size > 0) {
      await store.change({ remove: expired });
      log.info({ files: expired.size }, 'retention removed sealed files');
    }
  }

  return {
    async open() {
      await disk.makeFolder(folder);
      await store.load();
      await loadMetadata(disk, metadataPath, head.metadata);
      savedMetadata = head.metadata.changes;
      const opened = await openLocalJournal(disk, {
        folder: `${folder}/journal`,
        ...DEFAULT_JOURNAL_LIMITS,
        ...(config.segmentBytesMax !== undefined && { segmentBytesMax: config.segmentBytesMax }),
      });
      const from = Math.max(opened.start(), store.journalFrom);
      total = opened.end() - from;
      const replayed = await replayJournal(
        opened,
        from,
        head,
        clock.now(),
        (startMs) => store.sealedThrough(startMs),
        (position) => {
          done = position - from;
        },
      );
      done = total;
      epoch = replayed.epoch + 1;
      epochStarts = Array.from(replayed.epochStarts, ([number, position]) => ({ epoch: number, position }));
      epochStarts.push({ epoch, position: opened.end() });
      journal = opened;
      for (const fault of describeDamage(opened.damaged)) log.error(fault);
      if (replayed.records > 0)
        log.info({ records: replayed.records, samples: replayed.samples }, 'journal replayed');
    },
    write,
    select: (selection, signal) => readers.shared(() => readSeries(readDeps, selection, signal)),
    openSelection: (selection, signal) => readers.shared(() => openSeries(readDeps, selection, signal)),
    async findSeries(range, signal) {
      return await readers.shared(async () => [...(await findLabelSets(readDeps, range, signal)).values()]);
    },
    labelTexts: (name, range, signal) => readers.shared(() => findLabelTexts(readDeps, name, range, signal)),
    exemplars(range) {
      const numbers = new Set(unionOfSelections(head.table, range.matcherSets));
      return Array.from(
        head.exemplars.select(numbers, range.startMs, range.endMs),
        ([number, exemplars]) => ({
          labels: head.table.labelsOf(number),
          exemplars,
        }),
      );
    },
    metadata: () => [...head.metadata.all()],
    statistics: () => ownerStatistics(head),
    figures() {
      const ranges = [...head.sealing, ...head.ranges.values()];
      return {
        series: head.table.seriesCount,
        openRanges: ranges.length,
        headSamples: ranges.reduce((sum, range) => sum + range.samples, 0),
        headBytes: ranges.reduce((sum, range) => sum + range.heldBytes, 0) + head.table.heldBytes,
        journalBytes: journal ? journal.end() - journal.start() : 0,
        partitions: store.entries.length,
        partitionBytes: store.entries.reduce((sum, { bytes }) => sum + bytes, 0),
        quarantined: [...store.quarantined, ...describeDamage(journal?.damaged ?? [])],
        shortOfSpace: shortOfSpace || lackedSpace,
      };
    },
    compact: () =>
      inTurn(async () => {
        await seal(() => true);
        await mergeDue(deps, store, clock.now(), true);
      }),
    maintain: () => inTurn(maintain),
    retain: () => inTurn(retain),
    deleteSeries: (range) => inTurn(() => deleteSeries(range)),
    cleanTombstones: () => inTurn(() => mergeDue(deps, store, clock.now(), false, true)),
    snapshot: (target, skipHead) =>
      inTurn(async () => {
        if (!skipHead) await seal(() => true);
        await store.linkAll(`${target}/partitions`);
        await saveMetadata(disk, `${target}/metadata.json`, head.metadata);
      }),
    configure: (newRetention, layers) =>
      turns.alone(() => {
        retention = newRetention;
        series.configure(newRetention, layers);
      }),
    async close() {
      await maintenance;
      await journal?.close();
    },
    progress: () => ({ done, total }),
  };

  /** What is in memory is sealed first, so that only finished files need to know what was deleted. */
  async function deleteSeries({ matcherSets, startMs, endMs }: SeriesRange): Promise<void> {
    await seal(() => true);
    const tombstones = matcherSets.map((matchers) => ({ matchers, fromMs: startMs, toMs: endMs }));
    for (const { matchers } of tombstones) matchers.map(compileMatcher);
    const add = store.entries
      .filter(({ minTimestampMs, maxTimestampMs }) => minTimestampMs <= endMs && maxTimestampMs >= startMs)
      .map((entry) => ({ ...entry, tombstones: [...entry.tombstones, ...tombstones] }));
    await store.change({ add });
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
