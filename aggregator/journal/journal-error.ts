/** The log has too much waiting for the disk; the sender should come back later. Nothing was written. */
export class JournalOverloadError extends Error {
  override readonly name = 'JournalOverloadError';
}

/** Acknowledged bytes cannot be read back: a disk fault, not a crash. `file` names where. */
export class JournalCorruptError extends Error {
  override readonly name = 'JournalCorruptError';
  readonly file: string;

  constructor(file: string, detail: string) {
    super(`Cannot read journal ${file}: ${detail}`);
    this.file = file;
  }
}
