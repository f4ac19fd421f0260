import type { Disk, DiskFile } from '@tocsin/runtime/disk.ts';
import { damagedPath, holdsSyncedRecord, listDamaged } from './damage.ts';
import type { AppendedRecord, IngestLog, LogPosition, LogRecord } from './ingest-log.ts';
import { JournalCorruptError, JournalOverloadError } from './journal-error.ts';
import { encodeRecordHeader, GAP_KIND, RECORD_HEADER_BYTES } from './record.ts';
import {
  checkSegmentHeader,
  createSegment,
  readSegment,
  SEGMENT_HEADER_BYTES,
  type Segment,
  segmentOf,
  segmentPath,
} from './segment.ts';

export interface LocalJournalConfig {
  /** Holds nothing but this journal; created when missing. */
  readonly folder: string;
  /** A segment that has grown past this is followed by a new one. */
  readonly segmentBytesMax: number;
  /** Records that wait for the disk, in bytes; beyond it appends are refused. */
  readonly waitingBytesMax: number;
}

export const DEFAULT_JOURNAL_LIMITS = { segmentBytesMax: 64 * 2 ** 20, waitingBytesMax: 64 * 2 ** 20 };

export interface LocalJournal extends IngestLog {
  readonly counters: JournalCounters;
  /** Files with what could not be read on opening, now or earlier, though it had been whole once. They stay until someone looks. */
  readonly damaged: readonly string[];
}

/** Totals since the journal was opened. */
export interface JournalCounters {
  records: number;
  bytes: number;
  syncs: number;
  failures: number;
  refused: number;
  /** Bytes of unfinished records cut from the end on opening. */
  tornBytes: number;
}

interface Waiting {
  readonly kind: number;
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (record: AppendedRecord) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the journal in `config.folder`, cutting an unfinished record from its end; where what is cut had been
 * durable, it is put aside (`damaged`). All appends that wait while the
 * disk syncs share the next sync (group commit). Throws JournalCorruptError when a segment that was synced before
 * its successor was made cannot be read to its end. The caller holds the data directory's lock.
 */
export async function openLocalJournal(disk: Disk, config: LocalJournalConfig): Promise<LocalJournal> {
  const { folder } = config;
  const counters: JournalCounters = { records: 0, bytes: 0, syncs: 0, failures: 0, refused: 0, tornBytes: 0 };
  await disk.makeFolder(folder);
  const segments = await listSegments(disk, folder);
  let file: DiskFile | null = null;
  let durableEnd = 0;

  while (segments.length > 0 && file === null) {
    const last = segments.at(-1)!;
    const opened = await disk.open(last.path, { create: false });
    const verdict = await checkSegmentHeader(opened, last.base);
    if (verdict === 'valid' || verdict === 'older') {
      durableEnd = await cutTornTail(disk, opened, last, counters);
      file = opened;
      if (verdict === 'older') await startSegment(durableEnd);
    } else {
      await opened.close();
      if (verdict === 'newer')
        throw new JournalCorruptError(last.path, 'a newer version of Tocsin wrote it; start that version');
      // A segment is used only after its header is durable, so nothing acknowledged is in this one, unless the header
      // was damaged later.
      const bytes = await disk.readFile(last.path);
      counters.tornBytes += bytes.length;
      const damaged = holdsSyncedRecord(bytes);
      if (damaged) await disk.rename(last.path, damagedPath(last.path, 0));
      else await disk.unlink(last.path);
      await disk.syncDirectory(folder);
      durableEnd = last.base;
      segments.pop();
      if (damaged) {
        await startSegment(durableEnd);
        durableEnd += (await fillGap(file!, bytes.length - SEGMENT_HEADER_BYTES)) - SEGMENT_HEADER_BYTES;
      } else if (segments.length === 0) await startSegment(durableEnd);
    }
  }
  if (file === null) await startSegment(durableEnd);

  const damaged = await listDamaged(disk, folder);
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let broken = false;
  let closed = false;
  let lastTurn: Promise<void> = Promise.resolve();

  // The file is written by one task at a time.
  function takeTurn(task: () => Promise<void>): Promise<void> {
    const turn = lastTurn.then(task);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async function startSegment(base: number): Promise<void> {
    const created = await createSegment(disk, folder, base);
    await file?.close();
    file = created;
    if (segments.at(-1)?.base !== base) segments.push({ base, path: segmentPath(folder, base) });
  }

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    try {
      if (batch.length > 0) await write(batch);
    } catch (error) {
      counters.failures++;
      broken = true;
      for (const item of batch) {
        waitingBytes -= item.bytes;
        item.reject(error);
      }
    }
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const current = segments.at(-1)!;
    // After a failed sync the kernel forgets what was dirty: a second sync of the same file proves nothing.
    // A new segment at the durable end makes whatever the old one holds beyond it void.
    if (broken || durableEnd - current.base >= config.segmentBytesMax) {
      await startSegment(durableEnd);
      broken = false;
    }
    const chunks: Uint8Array[] = [];
    for (const [index, item] of batch.entries())
      chunks.push(encodeRecordHeader(item.kind, item.parts, index === 0), ...item.parts);
    await file!.append(chunks);
    await file!.datasync();
    counters.syncs++;
    for (const item of batch) {
      const position = durableEnd;
      durableEnd += item.bytes;
      counters.records++;
      counters.bytes += item.bytes;
      waitingBytes -= item.bytes;
      item.resolve({ position, next: durableEnd });
    }
  }

  async function* read(from: LogPosition): AsyncGenerator<LogRecord> {
    const end = durableEnd;
    const snapshot = [...segments];
    for (const [index, segment] of snapshot.entries()) {
      const next = snapshot[index + 1];
      const segmentEnd = Math.min(next?.base ?? end, end);
      if (segmentEnd <= from || segmentEnd <= segment.base) continue;
      const opened = await disk.open(segment.path, { readOnly: true });
      try {
        let offset = SEGMENT_HEADER_BYTES + Math.max(0, from - segment.base);
        const endOffset = SEGMENT_HEADER_BYTES + segmentEnd - segment.base;
        const verdict = await checkSegmentHeader(opened, segment.base);
        if (verdict !== 'valid' && verdict !== 'older')
          throw new JournalCorruptError(segment.path, 'its header is damaged');
        for await (const record of readSegment(opened, offset, endOffset)) {
          offset = record.nextOffset;
          if (record.kind === GAP_KIND) continue;
          const position = segment.base + record.offset - SEGMENT_HEADER_BYTES;
          const following = segment.base + record.nextOffset - SEGMENT_HEADER_BYTES;
          yield { position, next: following, kind: record.kind, payload: record.payload };
        }
        if (offset !== endOffset)
          throw new JournalCorruptError(segment.path, `the record at byte ${offset} is damaged`);
      } finally {
        await opened.close();
      }
    }
  }

  return {
    counters,
    damaged,
    append(kind, parts) {
      if (closed) return Promise.reject(new Error('Cannot append to a closed journal'));
      let bytes = RECORD_HEADER_BYTES;
      for (const part of parts) bytes += part.length;
      if (waitingBytes + bytes > config.waitingBytesMax) {
        counters.refused++;
        const detail = `${waitingBytes} bytes wait for the disk; send again later`;
        return Promise.reject(
          new JournalOverloadError(`Cannot append ${bytes} bytes to the journal: ${detail}`),
        );
      }
      waitingBytes += bytes;
      return new Promise((resolve, reject) => {
        waiting.push({ kind, parts, bytes, resolve, reject });
        if (waiting.length === 1) void takeTurn(flush);
      });
    },
    read,
    async truncateBefore(position) {
      await takeTurn(async () => {
        // When everything may go, a fresh segment lets the current one go too.
        if (position >= durableEnd && durableEnd > segments.at(-1)!.base) await startSegment(durableEnd);
      });
      let removed = false;
      while (segments.length > 1 && segments[1]!.base <= position) {
        const [oldest] = segments.splice(0, 1);
        await disk.unlink(oldest!.path);
        removed = true;
      }
      if (removed) await disk.syncDirectory(folder);
    },
    start: () => segments[0]!.base,
    end: () => durableEnd,
    async close() {
      closed = true;
      await lastTurn;
      await file?.close();
      file = null;
    },
  };
}

async function listSegments(disk: Disk, folder: string): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const entry of await disk.list(folder)) {
    const segment = entry.kind === 'file' ? segmentOf(folder, entry.name) : null;
    if (segment) segments.push(segment);
  }
  return segments.sort((a, b) => a.base - b.base);
}

/**
 * Appends a record of so many bytes in place of what could not be read, so that positions handed out before are never
 * handed out again. Returns the end of the file.
 */
async function fillGap(file: DiskFile, bytes: number): Promise<number> {
  const payload = new Uint8Array(Math.max(0, bytes - RECORD_HEADER_BYTES));
  await file.append([encodeRecordHeader(GAP_KIND, [payload]), payload]);
  await file.datasync();
  return file.size();
}

/** Cuts what follows the last whole record; returns the position behind it. */
async function cutTornTail(
  disk: Disk,
  file: DiskFile,
  segment: Segment,
  counters: JournalCounters,
): Promise<number> {
  let end = SEGMENT_HEADER_BYTES;
  for await (const record of readSegment(file, end, file.size())) end = record.nextOffset;
  if (end < file.size()) {
    const tail = new Uint8Array(file.size() - end);
    await file.read(tail, end);
    counters.tornBytes += tail.length;
    const damaged = holdsSyncedRecord(tail);
    if (damaged) await disk.writeFileAtomic(damagedPath(segment.path, end), tail);
    await file.truncate(end);
    if (damaged) end = await fillGap(file, tail.length);
  }
  // Records read back from the page cache may never have reached the disk; from here on they count as durable.
  await file.datasync();
  return segment.base + end - SEGMENT_HEADER_BYTES;
}
