import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The right to use a data directory, until `release` or the process's end. */
export interface DataLock {
  release(): void;
}

/**
 * Takes `folder` (created if missing) for this process. The lock is the operating system's on a small SQLite
 * file, so it vanishes with the process however that ends. Throws when another process has it, or when the
 * folder cannot be written; nothing in it is touched then.
 */
export function lockDataFolder(folder: string): DataLock {
  try {
    makeFolder(folder);
  } catch (error) {
    throw unusable(folder, error);
  }
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(join(folder, 'lock'));
  } catch (error) {
    throw unusable(folder, error);
  }
  try {
    // With a journal in memory nothing is written, so that a full disk's folder can still be locked.
    database.exec('PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    database.close();
    if (isSqliteError(error, SQLITE_BUSY)) {
      throw new Error(
        `Cannot use ${folder}: another process is using it. Stop that one, or choose another folder with --data-dir.`,
        { cause: error },
      );
    }
    throw unusable(folder, error);
  }
  return { release: () => database.close() };
}

/** Like a recursive mkdir, which does not come back for a folder below /proc (Node 26.10). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(folder)) throw error;
  }
}

const SQLITE_BUSY = 5;

function isSqliteError(error: unknown, code: number): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === code;
}

function unusable(folder: string, cause: unknown): Error {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `Cannot write to ${folder}: ${detail}. Choose a folder this user may write with --data-dir.`,
    { cause },
  );
}
