import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { limits } from '../limits.ts';
import type { Parcel, ParcelQueue } from '../send/parcel.ts';
import { encodeRecord, RECORD_HEADER_BYTES } from './record.ts';
import {
  appendRecord,
  emptySegment,
  type OpenedSegment,
  openSegment,
  readAt,
  type Segment,
  segmentIsEmpty,
} from './segment.ts';

export interface SpoolDeps {
  readonly disk: Disk;
  readonly log: Log;
  /** Hears of samples that had to go, and why. */
  readonly onDrop: (items: number, reason: 'full' | 'damaged' | 'disk') => void;
}

export interface SpoolConfig {
  readonly folder: string;
  readonly bytesMax: number;
  readonly segmentBytes?: number;
}

export interface Spool extends ParcelQueue {
  close(): Promise<void>;
}

const NAME = /^(\d{12})\.spool$/;
type Waiting = { readonly sequence: number; readonly parcel: Parcel };

/**
 * A queue on disk: parcels are appended to segment files and read back in order, also by the next process.
 * While they are delivered at once nothing is synced and the one file stays at its header; `settle`, called
 * when a send fails, makes what waits safe against a power cut too. Beyond `bytesMax` the oldest segment goes.
 * When the disk refuses, parcels wait in memory within a bound and are written later.
 */
export async function openSpool(deps: SpoolDeps, config: SpoolConfig): Promise<Spool> {
  const { disk, log, onDrop } = deps;
  const segmentBytes = Math.min(config.segmentBytes ?? limits.spoolSegmentBytes, config.bytesMax / 4);
  const segments: Segment[] = [];
  // Refused by the disk so far; younger than everything on it.
  const pending: Waiting[] = [];
  let pendingBytes = 0;
  let nextSequence = 0;
  let head: Waiting | null = null;
  let unsynced = false;
  let diskFailing = false;
  let tail: Promise<unknown> = Promise.resolve();
  /** One operation at a time, in order. */
  const inTurn = <T>(action: () => Promise<T>): Promise<T> => {
    const result = tail.then(action);
    tail = result.catch(() => undefined);
    return result;
  };
  const pathOf = (sequence: number) => `${config.folder}/${String(sequence).padStart(12, '0')}.spool`;

  const dropOldestSegment = async (reason: 'full' | 'disk'): Promise<void> => {
    const [oldest] = segments.splice(0, 1);
    if (!oldest) return;
    onDrop(
      oldest.entries.reduce((sum, entry) => sum + entry.items, 0),
      reason,
    );
    head = null;
    await oldest.file.close();
    await disk.unlink(oldest.path);
  };
  const diskBytes = () => segments.reduce((sum, segment) => sum + segment.file.size(), 0);

  const write = async (waiting: Waiting): Promise<void> => {
    const bytes = encodeRecord({ kind: 'parcel', ...waiting });
    let last = segments.at(-1);
    if (!last || last.sealed || (last.file.size() + bytes.length > segmentBytes && !segmentIsEmpty(last))) {
      last = await openSegment(disk, pathOf(waiting.sequence));
      segments.push(last);
    }
    while (segments.length > 1 && diskBytes() + bytes.length > config.bytesMax)
      await dropOldestSegment('full');
    const offset = await appendRecord(last, bytes);
    const { sequence, parcel } = waiting;
    last.entries.push({ sequence, offset, length: bytes.length, items: parcel.items });
    unsynced = true;
  };
  const writePending = async (): Promise<void> => {
    while (pending.length > 0) {
      try {
        await write(pending[0]!);
      } catch (error) {
        if (!diskFailing)
          log.warn(
            { err: error, folder: config.folder },
            'cannot write to the spool, keeping samples in memory',
          );
        diskFailing = true;
        return;
      }
      pendingBytes -= pending.shift()!.parcel.body.length;
    }
    if (diskFailing) log.info({ folder: config.folder }, 'the spool can be written again');
    diskFailing = false;
  };
  const keepPendingBounded = (): void => {
    while (pendingBytes > limits.spoolPendingBytesMax) {
      const [oldest] = pending.splice(0, 1);
      pendingBytes -= oldest!.parcel.body.length;
      onDrop(oldest!.parcel.items, 'disk');
      if (head === oldest) head = null;
    }
  };
  const removeConsumedSegments = async (): Promise<void> => {
    while (segments.length > 1 && segments[0]!.entries.length === 0) {
      const consumed = segments.shift()!;
      await consumed.file.close();
      await disk.unlink(consumed.path);
    }
    const only = segments[0];
    if (only && segments.length === 1 && only.entries.length === 0 && !segmentIsEmpty(only))
      await emptySegment(only);
  };
  /** The next parcel that can be read; what cannot be is counted and passed over. */
  const readHead = async (): Promise<Waiting | null> => {
    for (const segment of segments) {
      while (segment.entries.length > 0) {
        const entry = segment.entries[0]!;
        const record = await readAt(segment.file, entry.offset);
        if (record?.value.kind === 'parcel') return record.value;
        onDrop(entry.items, 'damaged');
        segment.entries.shift();
      }
    }
    return pending[0] ?? null;
  };

  await disk.makeFolder(config.folder);
  let doneSequence = -1;
  for (const { name } of await disk.list(config.folder)) {
    if (!NAME.test(name)) continue;
    const path = `${config.folder}/${name}`;
    let segment: OpenedSegment;
    try {
      segment = await openSegment(disk, path);
    } catch (error) {
      // On a full disk not even a new file's header can be written; what it holds may be read by the next start.
      log.warn({ err: error, file: path }, 'cannot open a file of the spool; going on without it');
      nextSequence = Math.max(nextSequence, Number(name.slice(0, 12)) + 1);
      continue;
    }
    if (segment.cutBytes > 0)
      log.warn({ file: segment.path, bytes: segment.cutBytes }, 'cut a torn end off the spool');
    doneSequence = Math.max(doneSequence, segment.doneSequence);
    nextSequence = Math.max(
      nextSequence,
      Number(name.slice(0, 12)),
      ...segment.entries.map((e) => e.sequence + 1),
    );
    segments.push(segment);
  }
  nextSequence = Math.max(nextSequence, doneSequence + 1);
  for (const { entries } of segments) {
    entries.splice(0, entries.filter((entry) => entry.sequence <= doneSequence).length);
  }
  await removeConsumedSegments();

  return {
    add: (parcel) =>
      inTurn(async () => {
        if (
          parcel.body.length + RECORD_HEADER_BYTES >
          Math.min(limits.spoolRecordBytesMax, config.bytesMax)
        ) {
          onDrop(parcel.items, 'full');
          return;
        }
        pending.push({ sequence: nextSequence++, parcel });
        pendingBytes += parcel.body.length;
        await writePending();
        keepPendingBounded();
      }),
    first: () =>
      inTurn(async () => {
        head ??= await readHead();
        return head?.parcel ?? null;
      }),
    remove: (parcel) =>
      inTurn(async () => {
        if (!head || head.parcel !== parcel) return;
        const { sequence } = head;
        head = null;
        if (pending[0]?.sequence === sequence) {
          pendingBytes -= pending.shift()!.parcel.body.length;
          return;
        }
        const segment = segments.find(({ entries }) => entries[0]?.sequence === sequence);
        segment?.entries.shift();
        try {
          await removeConsumedSegments();
          const last = segments.at(-1);
          // Without the note the next process would send this parcel again; harmless, as samples are idempotent.
          if (last && !last.sealed && !segmentIsEmpty(last)) {
            await appendRecord(last, encodeRecord({ kind: 'done', sequence }));
          }
        } catch (error) {
          log.debug({ err: error }, 'cannot note a delivery in the spool');
        }
      }),
    settle: () =>
      inTurn(async () => {
        if (!unsynced) return;
        try {
          for (const segment of segments) await segment.file.datasync();
          unsynced = false;
        } catch (error) {
          log.warn({ err: error, folder: config.folder }, 'cannot sync the spool');
        }
      }),
    close: () =>
      inTurn(async () => {
        await writePending();
        for (const { parcel } of pending) onDrop(parcel.items, 'disk');
        for (const segment of segments) {
          if (!segmentIsEmpty(segment)) await segment.file.datasync();
          await segment.file.close();
        }
        segments.length = 0;
      }),
    get length() {
      return segments.reduce((sum, { entries }) => sum + entries.length, 0) + pending.length;
    },
    get bytes() {
      return diskBytes() + pendingBytes;
    },
  };
}
