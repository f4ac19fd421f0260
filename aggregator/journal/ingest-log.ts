/**
 * The durable log in front of a store: what is acknowledged is in it. The store applies records in the log's order
 * and can therefore be rebuilt from it. The local journal is one implementation; a replicated log is another, and
 * both pass ingest-log.case.test.ts.
 */
export interface IngestLog {
  /**
   * Appends one record and resolves when it survives a power cut. `parts` are written one after the other and must
   * not change until then. Rejects when the record may not be durable: it may still turn up on replay, so whatever is
   * in it must be harmless to apply twice. Throws JournalOverloadError, with nothing written, when too much waits.
   */
  append(kind: number, parts: readonly Uint8Array[]): Promise<AppendedRecord>;
  /** The durable records from `position` (or the oldest, when that is later) up to the end as it is now. */
  read(position: LogPosition): AsyncIterable<LogRecord>;
  /** Lets go of what lies before `position`; whole segments at a time, so more may stay. */
  truncateBefore(position: LogPosition): Promise<void>;
  /** Where the oldest kept record starts. */
  start(): LogPosition;
  /** Behind the newest durable record. */
  end(): LogPosition;
  /** Waits for what was appended, then refuses more. */
  close(): Promise<void>;
}

/**
 * Orders records within one log; later is larger, nothing else may be concluded from it (bytes here, a sequence
 * number in a replicated log). It says nothing about the samples' time.
 */
export type LogPosition = number;

export interface AppendedRecord {
  readonly position: LogPosition;
  /** Behind the record: where reading goes on. */
  readonly next: LogPosition;
}

export interface LogRecord extends AppendedRecord {
  /** What the payload is; 1 to 126, the owner's choice. */
  readonly kind: number;
  /** A view that is valid until the next record is asked for. */
  readonly payload: Uint8Array;
}
