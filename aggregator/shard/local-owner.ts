import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import { DEFAULT_LIMITS as QUERY_LIMITS } from '@tocsin/query/limits.ts';
import { evaluateFragment } from '@tocsin/query/shards/evaluate-fragment.ts';
import { createPause } from '@tocsin/runtime/pause.ts';
import type { SeriesRange } from '../api/series-reader.ts';
import type { ArenaPool } from '../head/arena-pool.ts';
import { Head } from '../head/head.ts';
import { loadMetadata, saveMetadata } from '../head/metadata-file.ts';
import { describeDamage } from '../journal/damage.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import { DEFAULT_JOURNAL_LIMITS, type LocalJournal, openLocalJournal } from '../journal/local-journal.ts';
import { PartitionStore } from '../partition/partition-store.ts';
import { expiredPartitions } from '../retention/expired-partitions.ts';
import { createRetentionPolicies } from '../retention/retention-policies.ts';
import { rollUpDue } from '../rollup/roll-up-due.ts';
import { unionInTurns } from '../series/select-series.ts';
import { SeriesTable } from '../series/series-table.ts';
import { applyWithInputs } from '../streaming/apply-with-inputs.ts';
import { createOwnerStreams } from '../streaming/owner-streams.ts';
import { createAnswerQueries } from './answer-queries.ts';
import type { OwnerBatch, RequestOutcome } from './batch.ts';
import { BATCH_RECORD, encodeBatch } from './batch-record.ts';
import { Epochs } from './epochs.ts';
import { findLabelSets, findLabelTexts } from './find-labels.ts';
import { mergeDue } from './merge-due.ts';
import type { OwnerConfig, OwnerDeps } from './owner-deps.ts';
import { ownerFigures } from './owner-figures.ts';
import { OwnerRefs } from './owner-refs.ts';
import { openSeries, readSeries } from './read-series.ts';
import { firstNeeded, isDue, replayJournal } from './replay.ts';
import { closeRange, sealRange } from './seal-ranges.ts';
import { SeriesTold } from './series-told.ts';
import { OverloadError, type OwnerEvents, type SelectMessage, type ShardOwner } from './shard-owner.ts';
import { Turns } from './turns.ts';

// A range that was over for this long gets few samples more.
const CLOSE_DELAY_MS = 60_000;

/** A shard owner on this machine's disk, in this thread. */
export function createLocalOwner(deps: OwnerDeps, config: OwnerConfig, events: OwnerEvents): ShardOwner {
  const { clock, disk, log } = deps;
  const { limits, folder } = config;
  let retention = createRetentionPolicies(config.retention);
  const head = new Head(deps.random.below(2 ** 32), limits);
  const cache = { indexBytesMax: limits.indexCacheBytesMax, blockBytesMax: limits.blockCacheBytesMax };
  const store = new PartitionStore(disk, `${folder}/partitions`, log, cache, tellTrouble);
  const refs = new OwnerRefs();
  const epochs = new Epochs();
  const turns = new Turns();
  const readers = new Turns();
  const streams = createOwnerStreams(deps, folder, head.table, limits.streamSamplesMax, turns);
  const readDeps = { clock, disk, store, head };
  const partner = config.queryPartner === true ? (deps.openPartner?.() ?? null) : null;
  const storageIn = (arenas: Pick<ArenaPool, 'take'> | null) => ({
    select: (selection: SelectMessage, signal: AbortSignal) =>
      readers.shared(() => readSeries(readDeps, selection, signal)),
    open: (selection: SelectMessage, signal: AbortSignal) =>
      readers.shared(() => openSeries(readDeps, selection, signal, arenas?.take())),
    ...(partner && { partner }),
  });
  const ownStorage = storageIn(null);
  const queryLimits = config.queryLimits ?? QUERY_LIMITS;
  const engine = createEngine({ clock, limits: queryLimits });
  const answer = createAnswerQueries({ clock, log, engine, limits: queryLimits, storageIn });
  const metadataPath = `${folder}/metadata.json`;
  let journal: LocalJournal | null = null;
  let shortOfSpace = false;
  /** The newest batch met a full disk. */
  let lackedSpace = false;
  let sealingEarly = false;
  let savedMetadata = 0;
  let maintenance: Promise<void> = Promise.resolve();

  function openJournal(): LocalJournal {
    if (journal === null) throw new OverloadError('Cannot take samples: the store is not open yet');
    return journal;
  }

  function tellTrouble(): void {
    events.trouble({
      shortOfSpace: shortOfSpace || lackedSpace,
      quarantined: [
        ...store.quarantined,
        ...describeDamage(journal?.damaged ?? []),
        ...(streams.damaged === null ? [] : [streams.damaged]),
      ],
    });
  }

  function setLackedSpace(value: boolean): void {
    if (value === lackedSpace) return;
    lackedSpace = value;
    tellTrouble();
  }

  async function append(batch: OwnerBatch): Promise<readonly RequestOutcome[]> {
    return await turns.shared(async () => {
      // Whatever becomes of the samples, ingest takes the series for known from now on.
      if (batch.definitions) refs.define(batch.definitions, head.table);
      const opened = openJournal();
      if (shortOfSpace)
        throw new OverloadError('Cannot take samples: the disk is nearly full; free some space');
      const owned = refs.translate(batch);
      const epoch = epochs.current;
      const defined = epochs.undefinedIn(owned);
      const payload = encodeBatch(owned, epoch, defined, (series) => head.table.keyOf(series));
      const { position } = await opened.append(BATCH_RECORD, payload).catch((error: unknown) => {
        setLackedSpace(isDiskFull(error));
        throw error;
      });
      setLackedSpace(false);
      epochs.markDefined(defined, epoch);
      const outcomes = applyWithInputs(head, streams.streams, owned, position, limits.refusalsNamedMax);
      if (head.ranges.size > limits.openRangesMax) sealEarly();
      return outcomes;
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
      epochs.begin(position);
      return position;
    });
  }

  /** Seals what `startEpoch` set aside, now or before a failure. */
  async function sealSetAside(position: LogPosition): Promise<void> {
    for (const range of head.sealing) {
      await closeRange(clock, range);
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
    const opened = openJournal();
    // Only at an epoch's start does the log explain its own series numbers.
    const position = epochs.cutBefore(firstNeeded(head, opened.end()));
    if (position === null) return;
    if (head.metadata.changes !== savedMetadata) {
      const { changes } = head.metadata;
      await saveMetadata(disk, metadataPath, head.metadata);
      savedMetadata = changes;
    }
    await streams.save(opened);
    if (position > store.journalFrom) await store.change({ journalFrom: position });
    await opened.truncateBefore(position);
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
    const wasShort = shortOfSpace;
    shortOfSpace = (await disk.freeBytes(folder)) < limits.freeBytesMin;
    if (shortOfSpace !== wasShort) tellTrouble();
    const due = new Set(
      [...head.ranges.values()].filter((range) => isDue(range, nowMs)).map(({ startMs }) => startMs),
    );
    const excess = head.ranges.size - due.size - limits.openRangesMax;
    if (excess > 0) {
      const quietest = [...head.ranges.values()].sort((a, b) => a.touchedMs - b.touchedMs).slice(0, excess);
      for (const { startMs } of quietest) due.add(startMs);
    }
    if (due.size > 0 || head.sealing.length > 0) await seal((startMs) => due.has(startMs));
    else if (epochs.isDue(nowMs)) await startEpoch(() => false);
    // What is still to come for these are stragglers; sealing waits for them.
    for (const range of head.ranges.values())
      if (range.endMs + CLOSE_DELAY_MS < nowMs) await closeRange(clock, range);
  }

  /** Marks, by number, the series whose samples are in memory, those of open windows included. */
  function liveSeries(): Uint8Array {
    const live = head.liveSeries();
    streams.streams.markLive(live);
    return live;
  }

  /** Drops series without samples in memory once they are the larger part. */
  async function forgetDeadSeries(): Promise<void> {
    const count = head.table.seriesCount;
    const live = liveSeries();
    const dead = live.reduce((sum, isLive) => sum + 1 - isLive, 0);
    if (dead < limits.deadSeriesMin || dead * 2 < count) return;
    await events.dead(refs.deadIn(live));
    const table = new SeriesTable(deps.random.below(2 ** 32));
    const pause = createPause(clock, new AbortController().signal);
    for (let series = 0; series < count; series++) {
      if (live[series] === 1) table.add(head.table.readLabels(series));
      await pause();
    }
    // Readers first: a long one must not keep writers waiting.
    await readers.alone(() =>
      turns.alone(() => {
        // Some may have come back, and some were defined but have no samples yet.
        const kept = liveSeries();
        refs.markIn(kept);
        const numberOf = head.useTable(table, kept);
        refs.renumber(numberOf);
        streams.streams.renumber(table, kept, numberOf);
        epochs.forgetSeries();
        epochs.begin(openJournal().end());
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

  return {
    async open() {
      await disk.makeFolder(folder);
      await store.load();
      await loadMetadata(disk, metadataPath, head.metadata);
      savedMetadata = head.metadata.changes;
      await streams.load();
      const opened = await openLocalJournal(disk, {
        folder: `${folder}/journal`,
        ...DEFAULT_JOURNAL_LIMITS,
        ...(config.segmentBytesMax !== undefined && { segmentBytesMax: config.segmentBytesMax }),
      });
      const told = new SeriesTold(head.table, events.restored);
      const from = Math.max(opened.start(), store.journalFrom);
      const total = opened.end() - from;
      const replayed = await replayJournal(
        opened,
        from,
        head,
        clock.now(),
        (startMs) => store.sealedThrough(startMs),
        (position) => events.progress(position - from, total),
        streams,
        told,
      );
      events.progress(total, total);
      told.end();
      epochs.restore(replayed.epochStarts, replayed.epoch, opened.end());
      refs.restore(head.table.seriesCount);
      journal = opened;
      for (const fault of describeDamage(opened.damaged)) log.error(fault);
      if (opened.damaged.length > 0 || streams.damaged !== null) tellTrouble();
      if (replayed.records > 0)
        log.info({ records: replayed.records, samples: replayed.samples }, 'journal replayed');
      return {
        metadata: [...head.metadata.all()],
        streams: await streams.configure(opened, config.streams),
      };
    },
    append,
    forget: (forgotten) => turns.shared(async () => refs.forget(forgotten)),
    select: ownStorage.select,
    evaluate: (fragment, signal) => evaluateFragment(clock, ownStorage, fragment, signal),
    answer,
    async findSeries(range, signal) {
      return await readers.shared(async () => [...(await findLabelSets(readDeps, range, signal)).values()]);
    },
    async labelTexts(name, range, signal) {
      return await readers.shared(() => findLabelTexts(readDeps, name, range, signal));
    },
    async exemplars(range) {
      const pause = createPause(clock, new AbortController().signal, 1);
      const sets = range.matcherSets.map((set) => set.map(compileMatcher));
      const numbers = new Set(await unionInTurns(head.table, sets, pause));
      const found = head.exemplars.select(numbers, range.startMs, range.endMs);
      return Array.from(found, ([number, exemplars]) => ({
        labels: head.table.labelsOf(number),
        exemplars,
      }));
    },
    figures: async () => ownerFigures(head, store, streams.streams, journal),
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
        await streams.saveCopy(target);
      }),
    async configure(rules, streamRules) {
      const fresh = createRetentionPolicies(rules);
      const progress = await streams.configure(openJournal(), streamRules);
      await turns.alone(() => {
        retention = fresh;
      });
      return progress;
    },
    closeWindows: (closings) => streams.closeWindows(openJournal(), closings),
    outputsWritten: (number) => streams.written(openJournal(), number),
    async close() {
      await maintenance;
      await partner?.close();
      await journal?.close();
    },
  };
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
