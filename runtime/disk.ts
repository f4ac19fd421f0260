/**
 * The file system as parts use it. What is written is durable only after `datasync` of the file; a created,
 * renamed or removed name only after `syncDirectory` of its folder. The simulated twin
 * (testing/simulated-disk.ts) forgets or tears everything else when power is cut.
 */
export interface Disk {
  /** Opens for appending and positioned reads; creates the file when it is missing and `create` is not false. */
  open(path: string, options?: OpenOptions): Promise<DiskFile>;
  readFile(path: string): Promise<Uint8Array>;
  /** Writes beside, syncs, renames over, syncs the folder: the old or the new content, never a mixture. */
  writeFileAtomic(path: string, content: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a missing one is no error. */
  unlink(path: string): Promise<void>;
  /** Removes a folder and everything in it; a missing one is no error. */
  removeFolder(path: string): Promise<void>;
  /** A second name for the same file (for snapshots). */
  link(from: string, to: string): Promise<void>;
  /** Creates the folder and its parents, and syncs them. */
  makeFolder(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** Names in the folder, sorted; empty when it does not exist. */
  list(path: string): Promise<readonly DiskEntry[]>;
  /** Size in bytes, or null when there is no such file. */
  size(path: string): Promise<number | null>;
  /** Free bytes for this user on the file system that holds `path`. */
  freeBytes(path: string): Promise<number>;
}

export interface OpenOptions {
  readonly create?: boolean;
  /** Empty the file when it exists. */
  readonly truncate?: boolean;
  readonly readOnly?: boolean;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'other';
}

export interface DiskFile {
  /** Appends the parts in order at the end of the file; returns the offset at which they start. */
  append(parts: readonly Uint8Array[]): Promise<number>;
  /** Fills `target` from `offset` on; returns how many bytes there were. */
  read(target: Uint8Array, offset: number): Promise<number>;
  /** Cuts the file to `size` bytes. */
  truncate(size: number): Promise<void>;
  /** Resolves when everything written so far survives a power cut. */
  datasync(): Promise<void>;
  size(): number;
  close(): Promise<void>;
}
