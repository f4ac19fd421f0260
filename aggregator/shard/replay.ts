import { StoredDataError } from '../bytes/byte-reader.ts';
import { type Head, rangeStart } from '../head/head.ts';
import type { IngestLog, LogPosition } from '../journal/ingest-log.ts';
import type { OwnerStreams } from '../streaming/owner-streams.ts';
import { BATCH_RECORD, BatchColumns, decodeBatch, type StoredBatch } from './batch-record.ts';
import type { SeriesTold } from './series-told.ts';

export interface Replayed {
  readonly records: number;
  readonly samples: number;
  /** The highest epoch that was read; the next one is the process's. */
  readonly epoch: number;
  /** Where each epoch that is still in the log starts. */
  readonly epochStarts: ReadonlyMap<number, LogPosition>;
}

/** What takes the samples that are aggregated and not stored out of the log, and the records about them. */
export type StreamReplay = Pick<OwnerStreams, 'replayBatch' | 'replayRecord'>;

/**
 * Applies what the log holds from an epoch's start on to an empty head. `sealedThrough` says up to which position a range is in sealed files;
 * what lies before it is not applied again. `told` hears of the series.
 */
export async function replayJournal(
  journal: IngestLog,
  from: LogPosition,
  head: Head,
  nowMs: number,
  sealedThrough: (rangeStartMs: number) => LogPosition,
  onProgress: (position: LogPosition) => void,
  streams: StreamReplay,
  told: SeriesTold,
): Promise<Replayed> {
  const numberings = new Map<number, Uint32Array>();
  const epochStarts = new Map<number, LogPosition>();
  const sealed = new Map<number, LogPosition>();
  const sealedAt = (startMs: number): LogPosition => {
    let position = sealed.get(startMs);
    if (position === undefined) {
      position = sealedThrough(startMs);
      sealed.set(startMs, position);
    }
    return position;
  };
  const columns = new BatchColumns();
  let records = 0;
  let samples = 0;
  let newestEpoch = 0;
  for await (const { kind, payload, position, next } of journal.read(from)) {
    // Kinds of a newer version would be journalled under a newer segment version, which is refused on opening.
    if (kind !== BATCH_RECORD) {
      streams.replayRecord(kind, payload, position);
      continue;
    }
    const stored = decodeBatch(payload, columns);
    if (!epochStarts.has(stored.epoch)) epochStarts.set(stored.epoch, position);
    newestEpoch = Math.max(newestEpoch, stored.epoch);
    renumber(stored, numberings, head, told);
    const batch = streams.replayBatch(stored, position);
    const isSealed = (startMs: number): boolean => sealedAt(startMs) > position;
    const { samples: added } = head.apply(batch, position, nowMs, () => undefined, isSealed);
    records++;
    samples += added;
    if (records % 64 === 0) onProgress(next);
  }
  return { records, samples, epoch: newestEpoch, epochStarts };
}

/** Puts this process's series numbers in the place of the record's. */
function renumber(
  batch: StoredBatch,
  numberings: Map<number, Uint32Array>,
  head: Head,
  told: SeriesTold,
): void {
  let numbering = numberings.get(batch.epoch) ?? new Uint32Array(1024);
  for (const { series, key } of batch.definitions) {
    if (series >= numbering.length) {
      const larger = new Uint32Array(Math.max(series + 1, numbering.length * 2));
      larger.set(numbering);
      numbering = larger;
    }
    const number = head.table.addKey(key, 0, key.length);
    told.add(number, key);
    numbering[series] = 1 + number;
  }
  numberings.set(batch.epoch, numbering);
  const { count, series: column } = batch;
  for (let i = 0; i < count; i++) column[i] = numberOf(numbering, column[i]!, batch.epoch);
  for (const list of [batch.histograms, batch.exemplars] as const)
    for (const [index, entry] of list.entries())
      Object.assign(list[index]!, { series: numberOf(numbering, entry.series, batch.epoch) });
}

function numberOf(numbering: Uint32Array, series: number, epoch: number): number {
  const number = numbering[series] ?? 0;
  if (number === 0)
    throw new StoredDataError(`Cannot replay the journal: series ${series} of epoch ${epoch} has no labels`);
  return number - 1;
}

/** The position before which no open range has a record; the log's end when there is none. */
export function firstNeeded(head: Head, end: LogPosition): LogPosition {
  let position = end;
  for (const range of [...head.sealing, ...head.ranges.values()])
    position = Math.min(position, range.firstPosition);
  return position;
}

/** True when the range has been quiet, or is over, for long enough to be sealed. */
export function isDue(
  range: { readonly startMs: number; readonly endMs: number; readonly touchedMs: number },
  nowMs: number,
): boolean {
  // What belongs to the range may still be on its way: retries, clocks that are behind.
  if (range.endMs + SEAL_DELAY_MS > nowMs) return false;
  // A range that fills from the past (an import) is sealed once it is quiet.
  return (
    range.startMs >= rangeStart(nowMs) - 2 * (range.endMs - range.startMs) ||
    range.touchedMs + QUIET_MS <= nowMs
  );
}

const SEAL_DELAY_MS = 10 * 60_000;
const QUIET_MS = 5 * 60_000;
