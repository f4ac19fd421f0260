import { DatabaseSync } from 'node:sqlite';

/** The part of node:sqlite's database that the store uses; tests put crashes into it. */
export type Database = Pick<DatabaseSync, 'exec' | 'prepare' | 'close' | 'isTransaction'>;

const VERSION = 4;

// data columns hold JSON; what is searched by has a column of its own.
const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rule_alert (
  rule_key TEXT NOT NULL, alert_key TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (rule_key, alert_key)
) WITHOUT ROWID;
CREATE TABLE alert (fingerprint TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE silence (id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE event (
  id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  fingerprint TEXT NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX event_by_fingerprint ON event (fingerprint, id);
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  group_key TEXT NOT NULL, receiver TEXT NOT NULL, integration TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  answer TEXT,
  firing TEXT NOT NULL, resolved TEXT NOT NULL,
  status TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
  payload TEXT NOT NULL, problem TEXT, alerts TEXT NOT NULL
);
CREATE INDEX outbox_by_group ON outbox (group_key, receiver, integration, id);
CREATE INDEX outbox_waiting ON outbox (due_ms) WHERE state IN ('pending', 'claimed');
`;

/** What each version adds to the one before; a new file goes through all of them. Index 0 leads to version 2. */
const STEPS: readonly string[] = [
  `
ALTER TABLE outbox ADD COLUMN route TEXT;
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, outbox_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL, detail TEXT NOT NULL, duration_ms REAL NOT NULL
);
CREATE INDEX attempt_by_message ON attempt (outbox_id, id);
CREATE INDEX event_by_time ON event (at_ms);
CREATE INDEX outbox_by_time ON outbox (created_ms);
`,
  `ALTER TABLE outbox ADD COLUMN may_have_arrived INTEGER NOT NULL DEFAULT 0;`,
  `ALTER TABLE outbox ADD COLUMN kept TEXT;`,
];

/**
 * Opens alerting's database. Every commit is on the disk before it returns (synchronous=FULL): an alert, a
 * decision, a claim is recorded first and acted on then.
 */
export function openDatabase(file: string): Database {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 256;',
    );
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    if (version > VERSION)
      throw new Error(`it was written by another version of Tocsin (format ${version}, this is ${VERSION})`);
    const missing = version === 0 ? [SCHEMA, ...STEPS] : STEPS.slice(version - 1);
    if (missing.length > 0)
      database.exec(`BEGIN; ${missing.join('')} PRAGMA user_version = ${VERSION}; COMMIT;`);
    return database;
  } catch (error) {
    database?.close();
    const detail = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot use ${file}: ${detail}. Restore it from a backup, or move it away to start without history and silences.`,
      { cause: error },
    );
  }
}
