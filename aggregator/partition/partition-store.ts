import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { LogPosition } from '../journal/ingest-log.ts';
import { BlockCache, type CachedBlocks } from './block-cache.ts';
import {
  EMPTY_MANIFEST,
  type Manifest,
  type PartitionEntry,
  readManifest,
  type SealedRange,
  writeManifest,
} from './manifest.ts';
import { type OpenPartition, openPartition } from './partition.ts';
import { PARTITION_EXTENSION, PartitionCorruptError } from './partition-format.ts';

/** An entry a reader holds: its file stays until `release`, whatever retention does meanwhile. */
export interface HeldPartition {
  readonly entry: PartitionEntry;
  readonly path: string;
  release(): Promise<void>;
}

/** The sealed files of one shard owner, and which of them count. */
export class PartitionStore {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #log: Log;
  readonly #indexBytesMax: number;
  readonly #blocks: BlockCache;
  #manifest: Manifest = EMPTY_MANIFEST;
  #nextId = 1;
  /** By id, the least recently used first. */
  readonly #open = new Map<number, OpenPartition>();
  #openBytes = 0;
  readonly #readers = new Map<number, number>();
  readonly #removed = new Map<number, string>();
  readonly #quarantined = new Map<number, string>();
  readonly #onQuarantine: () => void;

  /** `onQuarantine` is told when a file was found unreadable, or is gone. */
  constructor(
    disk: Disk,
    folder: string,
    log: Log,
    cache: { readonly indexBytesMax: number; readonly blockBytesMax: number },
    onQuarantine: () => void = () => undefined,
  ) {
    this.#onQuarantine = onQuarantine;
    this.#disk = disk;
    this.#folder = folder;
    this.#log = log;
    this.#indexBytesMax = cache.indexBytesMax;
    this.#blocks = new BlockCache(cache.blockBytesMax);
  }

  /** Reads the manifest and removes files it does not list: unfinished ones, and those a crash kept from being removed. */
  async load(): Promise<void> {
    await this.#disk.makeFolder(this.#folder);
    this.#manifest = await readManifest(this.#disk, this.#folder);
    this.#nextId = this.#manifest.nextId;
    const listed = new Set(this.#manifest.partitions.map(({ file }) => file));
    const present = new Set<string>();
    for (const { name } of await this.#disk.list(this.#folder)) {
      if (listed.has(name)) present.add(name);
      else if (name.endsWith(PARTITION_EXTENSION) || name.endsWith('.tmp'))
        await this.#disk.unlink(`${this.#folder}/${name}`);
    }
    for (const entry of this.#manifest.partitions)
      if (!present.has(entry.file))
        this.#quarantine(entry, new PartitionCorruptError(entry.file, 'it is missing'));
  }

  /** Those that count, in order of their ids. */
  get entries(): readonly PartitionEntry[] {
    return this.#manifest.partitions;
  }

  /** Files that cannot be read, with the reason. */
  get quarantined(): readonly string[] {
    return [...this.#quarantined.values()];
  }

  /** The position up to which the journal's records of the range are sealed. */
  sealedThrough(startMs: number): LogPosition {
    return this.#manifest.sealed.find((range) => range.startMs === startMs)?.position ?? -1;
  }

  /** Where replay starts. */
  get journalFrom(): LogPosition {
    return this.#manifest.journalFrom;
  }

  newFile(
    tier: string,
    startMs: number,
  ): { readonly id: number; readonly file: string; readonly path: string } {
    const id = this.#nextId++;
    const at = new Date(startMs).toISOString().replace(/[-:]|\.\d+/g, '');
    const file = `${tier}-${at}-${id}${PARTITION_EXTENSION}`;
    return { id, file, path: `${this.#folder}/${file}` };
  }

  /**
   * Makes entries count and others not, in one durable step. `sealed` says what of the journal they hold; `journalFrom`
   * where replay is to start from now on.
   */
  async change(change: {
    readonly add?: readonly PartitionEntry[];
    readonly remove?: ReadonlySet<number>;
    readonly sealed?: readonly SealedRange[];
    readonly journalFrom?: LogPosition;
  }): Promise<void> {
    const { add = [], remove = new Set<number>(), sealed = [] } = change;
    const newStarts = new Set(sealed.map(({ startMs }) => startMs));
    const replaced = new Set([...remove, ...add.map(({ id }) => id)]);
    const journalFrom = change.journalFrom ?? this.#manifest.journalFrom;
    const next: Manifest = {
      version: 1,
      nextId: this.#nextId,
      journalFrom,
      partitions: [...this.#manifest.partitions.filter(({ id }) => !replaced.has(id)), ...add].sort(
        (a, b) => a.id - b.id,
      ),
      sealed: [
        ...this.#manifest.sealed.filter(
          ({ startMs, position }) => !newStarts.has(startMs) && position > journalFrom,
        ),
        ...sealed,
      ],
    };
    await writeManifest(this.#disk, this.#folder, next);
    const gone = this.#manifest.partitions.filter(({ id }) => remove.has(id));
    this.#manifest = next;
    for (const entry of gone) await this.#remove(entry);
  }

  /** Holds the partitions with samples in (minTimestampMs, maxTimestampMs], lowest id first. */
  hold(minTimestampMs: number, maxTimestampMs: number): HeldPartition[] {
    return this.#manifest.partitions
      .filter((entry) => entry.minTimestampMs <= maxTimestampMs && entry.maxTimestampMs > minTimestampMs)
      .filter(({ id }) => !this.#quarantined.has(id))
      .map((entry) => this.#hold(entry));
  }

  /** The partition's index, or null when the file cannot be read: it is then left out of every answer and named. */
  async openHeld({ entry, path }: HeldPartition): Promise<OpenPartition | null> {
    const known = this.#open.get(entry.id);
    if (known) {
      this.#open.delete(entry.id);
      this.#open.set(entry.id, known);
      return known;
    }
    try {
      const opened = await openPartition(this.#disk, path);
      this.#keepOpen(entry.id, opened);
      return opened;
    } catch (error) {
      this.quarantineOn(error, entry);
      return null;
    }
  }

  /** What queries have read of the partition; ids are never used again. */
  blocksOf({ entry }: HeldPartition): CachedBlocks {
    return this.#blocks.of(entry.id);
  }

  /** Takes the partition out of service when `error` says that its file is damaged; throws any other error. */
  quarantineOn(error: unknown, entry: PartitionEntry): void {
    if (!(error instanceof PartitionCorruptError)) throw error;
    this.#quarantine(entry, error);
  }

  async linkAll(folder: string): Promise<void> {
    await this.#disk.makeFolder(folder);
    const held = this.#manifest.partitions.filter(({ id }) => !this.#quarantined.has(id));
    for (const { file } of held) await this.#disk.link(`${this.#folder}/${file}`, `${folder}/${file}`);
    await writeManifest(this.#disk, folder, {
      ...this.#manifest,
      partitions: held,
      sealed: [],
      journalFrom: 0,
    });
    await this.#disk.syncDirectory(folder);
  }

  #hold(entry: PartitionEntry): HeldPartition {
    this.#readers.set(entry.id, (this.#readers.get(entry.id) ?? 0) + 1);
    return {
      entry,
      path: `${this.#folder}/${entry.file}`,
      release: async () => {
        const left = this.#readers.get(entry.id)! - 1;
        if (left > 0) this.#readers.set(entry.id, left);
        else {
          this.#readers.delete(entry.id);
          const removed = this.#removed.get(entry.id);
          if (removed) await this.#unlink(entry.id, removed);
        }
      },
    };
  }

  async #remove(entry: PartitionEntry): Promise<void> {
    if (this.#quarantined.delete(entry.id)) this.#onQuarantine();
    const path = `${this.#folder}/${entry.file}`;
    if (this.#readers.has(entry.id)) this.#removed.set(entry.id, path);
    else await this.#unlink(entry.id, path);
  }

  async #unlink(id: number, path: string): Promise<void> {
    this.#removed.delete(id);
    const opened = this.#open.get(id);
    if (opened) this.#openBytes -= opened.index.heldBytes;
    this.#open.delete(id);
    await this.#disk.unlink(path);
  }

  #keepOpen(id: number, opened: OpenPartition): void {
    this.#open.set(id, opened);
    this.#openBytes += opened.index.heldBytes;
    for (const [oldest, { index }] of this.#open) {
      if (this.#openBytes <= this.#indexBytesMax || oldest === id) break;
      this.#open.delete(oldest);
      this.#openBytes -= index.heldBytes;
    }
  }

  #quarantine(entry: PartitionEntry, error: PartitionCorruptError): void {
    if (this.#quarantined.has(entry.id)) return;
    this.#quarantined.set(entry.id, error.message);
    this.#log.error({ file: entry.file, from: entry.startMs, to: entry.endMs }, error.message);
    this.#onQuarantine();
  }
}
