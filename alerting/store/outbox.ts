import { ALERTING_LIMITS } from '../limits.ts';
import type { JsonValue } from '../receivers/json-value.ts';
import type { NotifiedAlert } from '../receivers/notification.ts';
import type { Database } from './database.ts';

/**
 * pending: decided, not sent. claimed: a send is running, or was when the process ended. sent: the provider took
 * it. failed: given up. superseded: a newer message of the group took its place before it went out. would_send:
 * no way out is configured. recorded: nothing to send, but the group's state is to be remembered.
 */
export type OutboxState =
  | 'pending'
  | 'claimed'
  | 'sent'
  | 'failed'
  | 'superseded'
  | 'would_send'
  | 'recorded';

/** A message, from the decision to send it to the provider's answer. */
export interface OutboxRow {
  readonly id: number;
  /** The same in every attempt. */
  readonly messageId: string;
  readonly groupKey: string;
  readonly receiver: string;
  /** `email[0]`. */
  readonly integration: string;
  readonly state: OutboxState;
  readonly reason: string;
  readonly createdMs: number;
  readonly dueMs: number;
  readonly finishedMs: number | null;
  readonly attempts: number;
  /** An attempt ended without an answer, so the provider may have it. */
  readonly mayHaveArrived: boolean;
  readonly error: string | null;
  readonly answer: string | null;
  /** Fingerprints of the group's alerts at the decision, for the next one. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly status: 'firing' | 'resolved';
  readonly subject: string;
  readonly text: string;
  readonly payload: JsonValue;
  readonly problem: string | null;
  readonly alerts: readonly NotifiedAlert[];
  /** The route that led here as it was then; null in rows from before it was recorded. */
  readonly route: RecordedRoute | null;
}

/** The reason of the message with which a group begins to fire, or begins anew. */
export const FIRST_NOTIFICATION = 'first notification';

/** The part of a route that explains when a message was sent. */
export interface RecordedRoute {
  readonly id: string;
  readonly groupBy: readonly string[] | 'all';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
}

/** One try to send a message. */
export interface Attempt {
  /** When it ended. */
  readonly atMs: number;
  readonly outcome: 'sent' | 'retry' | 'failed';
  /** What the provider answered, or why there was no answer. */
  readonly detail: string;
  readonly durationMs: number;
}

export type NewOutboxRow = Omit<
  OutboxRow,
  'id' | 'finishedMs' | 'attempts' | 'mayHaveArrived' | 'error' | 'answer'
>;

export interface Outbox {
  /** Adds the row, and takes back what waits for the same group and integration. */
  add(row: NewOutboxRow): void;
  /** What the integration was last told about the group, or will be; failures do not count. */
  lastTold(groupKey: string, receiver: string, integration: string): OutboxRow | null;
  /** When the group was last told to anybody; null for never. */
  lastToldMs(groupKey: string, receiver: string): number | null;
  /** Fingerprints some integration of the receiver was last told to fire. */
  believedFiring(groupKey: string, receiver: string): ReadonlySet<string>;
  /** Whether something decided for the group is not with the receiver yet, or was given up last. */
  unsettled(groupKey: string, receiver: string): boolean;
  /** Pending rows due by then, oldest first: at most `perLane` of each receiver's integration, of each group one. */
  due(timeMs: number, perLane: number): readonly OutboxRow[];
  /** When the next pending row is due. */
  nextDueMs(): number | null;
  claim(id: number): void;
  markSent(id: number, timeMs: number, answer: string): void;
  markFailed(id: number, timeMs: number, error: string): void;
  /** Lets it wait for another attempt, unless there is something newer to say by now, after which it would tell of the past. */
  retryAt(id: number, dueMs: number, error: string, mayHaveArrived: boolean): void;
  /** Takes back a message that nobody has, and says why. False: it is not waiting any more. */
  withdraw(id: number, reason: string): boolean;
  /** After a restart: what was claimed and has no answer goes out once more, under the same message id. */
  releaseClaims(timeMs: number): number;
  get(id: number): OutboxRow | null;
  /** Newest first, without rows nobody would be shown. */
  history(limit: number): readonly OutboxRow[];
  /** Messages of a span of time that somebody was to get, oldest first; without tests and reports. */
  createdBetween(fromMs: number, toMs: number): readonly OutboxRow[];
  /** Newest first: everything decided for the group, also what was superseded. */
  ofGroup(groupKey: string, limit: number): readonly OutboxRow[];
  /** Remembers something of the message for those of its group that follow it. */
  keep(id: number, value: JsonValue): void;
  /** What was kept last of this message or an earlier one, since the group began to fire; null for nothing. */
  keptFor(row: OutboxRow): JsonValue | null;
  addAttempt(id: number, attempt: Attempt): void;
  /** Oldest first. */
  attempts(id: number): readonly Attempt[];
  /** Rows that wait. */
  waiting(): number;
  /** Forgets what is over: all but the newest `keep` rows, and those decided before `beforeMs`. */
  prune(keep: number, beforeMs: number): void;
}

export function createOutbox(database: Database): Outbox {
  const same = 'group_key = ? AND receiver = ? AND integration = ?';
  const sql = {
    supersede: database.prepare(`UPDATE outbox SET state = 'superseded' WHERE ${same} AND state = 'pending'`),
    add: database.prepare(
      `INSERT INTO outbox (message_id, group_key, receiver, integration, state, reason, created_ms, due_ms, finished_ms,
         firing, resolved, status, subject, text, payload, problem, alerts, route)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    last: database.prepare(
      `SELECT * FROM outbox WHERE ${same} AND state NOT IN ('failed', 'superseded') ORDER BY id DESC LIMIT 1`,
    ),
    lastMs: database.prepare(
      `SELECT max(created_ms) AS at FROM outbox WHERE group_key = ? AND receiver = ? AND state NOT IN ('failed', 'superseded')`,
    ),
    believed: database.prepare(
      `SELECT firing FROM outbox WHERE id IN (
         SELECT max(id) FROM outbox WHERE group_key = ? AND receiver = ? AND state NOT IN ('failed', 'superseded') GROUP BY integration
       )`,
    ),
    unsettled: database.prepare(
      `SELECT 1 FROM outbox WHERE id IN (
         SELECT max(id) FROM outbox WHERE group_key = ? AND receiver = ? AND state <> 'superseded' GROUP BY integration
       ) AND state IN ('pending', 'claimed', 'failed') LIMIT 1`,
    ),
    due: database.prepare(
      `SELECT * FROM outbox WHERE id IN (
         SELECT id FROM (
           SELECT id, row_number() OVER (PARTITION BY receiver, integration ORDER BY id) AS place
           FROM outbox AS waiting WHERE state = 'pending' AND due_ms <= ? AND NOT EXISTS (
             SELECT 1 FROM outbox AS earlier WHERE earlier.group_key = waiting.group_key AND earlier.receiver = waiting.receiver
               AND earlier.integration = waiting.integration AND earlier.id < waiting.id AND earlier.state IN ('pending', 'claimed')
           )
         ) WHERE place <= ?
       ) ORDER BY id`,
    ),
    nextDue: database.prepare(`SELECT min(due_ms) AS at FROM outbox WHERE state = 'pending'`),
    claim: database.prepare(`UPDATE outbox SET state = 'claimed', attempts = attempts + 1 WHERE id = ?`),
    finish: database.prepare(
      'UPDATE outbox SET state = ?, finished_ms = ?, answer = ?, error = ? WHERE id = ?',
    ),
    retry: database.prepare(
      `UPDATE outbox SET due_ms = ?, error = ?, may_have_arrived = may_have_arrived OR ?, state = CASE WHEN EXISTS (
         SELECT 1 FROM outbox AS newer WHERE newer.group_key = outbox.group_key AND newer.receiver = outbox.receiver
           AND newer.integration = outbox.integration AND newer.id > outbox.id AND newer.state IN ('pending', 'claimed', 'sent', 'would_send')
       ) THEN 'superseded' ELSE 'pending' END WHERE id = ?`,
    ),
    withdraw: database.prepare(
      `UPDATE outbox SET state = 'superseded', error = ? WHERE id = ? AND state = 'pending'`,
    ),
    release: database.prepare(
      `UPDATE outbox SET state = 'pending', due_ms = ?, may_have_arrived = 1 WHERE state = 'claimed'`,
    ),
    get: database.prepare('SELECT * FROM outbox WHERE id = ?'),
    history: database.prepare(
      `SELECT * FROM outbox WHERE state NOT IN ('recorded', 'superseded') ORDER BY id DESC LIMIT ?`,
    ),
    createdBetween: database.prepare(
      `SELECT * FROM outbox WHERE created_ms >= ? AND created_ms < ? AND state NOT IN ('recorded', 'superseded')
         AND group_key NOT LIKE 'test:%' AND group_key NOT LIKE 'report:%' ORDER BY id LIMIT ?`,
    ),
    waiting: database.prepare(`SELECT count(*) AS n FROM outbox WHERE state IN ('pending', 'claimed')`),
    ofGroup: database.prepare('SELECT * FROM outbox WHERE group_key = ? ORDER BY id DESC LIMIT ?'),
    keep: database.prepare('UPDATE outbox SET kept = ? WHERE id = ?'),
    // The first message may be pruned by now; each one since has what it kept.
    kept: database.prepare(
      `SELECT kept FROM outbox WHERE ${same} AND id <= ? AND kept IS NOT NULL AND id >= coalesce(
         (SELECT max(id) FROM outbox WHERE ${same} AND id <= ? AND reason = '${FIRST_NOTIFICATION}'), 0
       ) ORDER BY id DESC LIMIT 1`,
    ),
    addAttempt: database.prepare(
      'INSERT INTO attempt (outbox_id, at_ms, outcome, detail, duration_ms) VALUES (?, ?, ?, ?, ?)',
    ),
    attempts: database.prepare(
      'SELECT at_ms, outcome, detail, duration_ms FROM attempt WHERE outbox_id = ? ORDER BY id LIMIT ?',
    ),
    pruneAttempts: database.prepare('DELETE FROM attempt WHERE outbox_id NOT IN (SELECT id FROM outbox)'),
    // The newest word to each group stays, however old it is: deduplication reads it. Tests and reports are no groups.
    prune: database.prepare(
      `DELETE FROM outbox WHERE (id <= (SELECT max(id) FROM outbox) - ? OR created_ms < ?) AND state NOT IN ('pending', 'claimed')
         AND (group_key LIKE 'test:%' OR group_key LIKE 'report:%' OR id NOT IN (SELECT max(id) FROM outbox WHERE state NOT IN ('failed', 'superseded') GROUP BY group_key, receiver, integration))`,
    ),
  };

  return {
    add(row) {
      sql.supersede.run(row.groupKey, row.receiver, row.integration);
      const finishedMs = row.state === 'pending' ? null : row.createdMs;
      sql.add.run(
        row.messageId,
        row.groupKey,
        row.receiver,
        row.integration,
        row.state,
        row.reason,
        row.createdMs,
        row.dueMs,
        finishedMs,
        JSON.stringify(row.firing),
        JSON.stringify(row.resolved),
        row.status,
        row.subject,
        row.text,
        JSON.stringify(row.payload),
        row.problem,
        JSON.stringify(row.alerts),
        row.route === null ? null : JSON.stringify(row.route),
      );
    },
    lastTold: (groupKey, receiver, integration) => rowOrNull(sql.last.get(groupKey, receiver, integration)),
    lastToldMs: (groupKey, receiver) => numberOrNull(sql.lastMs.get(groupKey, receiver)?.['at']),
    believedFiring(groupKey, receiver) {
      const rows = sql.believed.all(groupKey, receiver);
      return new Set(rows.flatMap((row): readonly string[] => JSON.parse(String(row['firing']))));
    },
    unsettled: (groupKey, receiver) => sql.unsettled.get(groupKey, receiver) !== undefined,
    due: (timeMs, perLane) => sql.due.all(timeMs, perLane).map(toRow),
    nextDueMs: () => numberOrNull(sql.nextDue.get()?.['at']),
    claim: (id) => void sql.claim.run(id),
    markSent: (id, timeMs, answer) => void sql.finish.run('sent', timeMs, answer, null, id),
    markFailed: (id, timeMs, error) => void sql.finish.run('failed', timeMs, null, error, id),
    retryAt: (id, dueMs, error, mayHaveArrived) =>
      void sql.retry.run(dueMs, error, Number(mayHaveArrived), id),
    withdraw: (id, reason) => sql.withdraw.run(reason, id).changes > 0,
    releaseClaims: (timeMs) => Number(sql.release.run(timeMs).changes),
    get: (id) => rowOrNull(sql.get.get(id)),
    history: (limit) => sql.history.all(limit).map(toRow),
    createdBetween: (fromMs, toMs) =>
      sql.createdBetween.all(fromMs, toMs, ALERTING_LIMITS.notificationRows).map(toRow),
    waiting: () => Number(sql.waiting.get()?.['n'] ?? 0),
    ofGroup: (groupKey, limit) => sql.ofGroup.all(groupKey, limit).map(toRow),
    keep: (id, value) => void sql.keep.run(JSON.stringify(value), id),
    keptFor({ groupKey, receiver, integration, id }) {
      const found = sql.kept.get(groupKey, receiver, integration, id, groupKey, receiver, integration, id);
      return found ? (JSON.parse(String(found['kept'])) as JsonValue) : null;
    },
    addAttempt: (id, { atMs, outcome, detail, durationMs }) =>
      void sql.addAttempt.run(id, atMs, outcome, detail, durationMs),
    attempts: (id) => sql.attempts.all(id, ALERTING_LIMITS.attemptsShown).map(toAttempt),
    prune(keep, beforeMs) {
      if (sql.prune.run(keep, beforeMs).changes > 0) sql.pruneAttempts.run();
    },
  };
}

type SqlRow = Readonly<Record<string, unknown>>;

function rowOrNull(row: SqlRow | undefined): OutboxRow | null {
  return row ? toRow(row) : null;
}

function toRow(row: SqlRow): OutboxRow {
  return {
    id: Number(row['id']),
    messageId: String(row['message_id']),
    groupKey: String(row['group_key']),
    receiver: String(row['receiver']),
    integration: String(row['integration']),
    state: String(row['state']) as OutboxState,
    reason: String(row['reason']),
    createdMs: Number(row['created_ms']),
    dueMs: Number(row['due_ms']),
    finishedMs: numberOrNull(row['finished_ms']),
    attempts: Number(row['attempts']),
    mayHaveArrived: row['may_have_arrived'] === 1,
    error: textOrNull(row['error']),
    answer: textOrNull(row['answer']),
    firing: JSON.parse(String(row['firing'])),
    resolved: JSON.parse(String(row['resolved'])),
    status: row['status'] === 'resolved' ? 'resolved' : 'firing',
    subject: String(row['subject']),
    text: String(row['text']),
    payload: JSON.parse(String(row['payload'])),
    problem: textOrNull(row['problem']),
    alerts: JSON.parse(String(row['alerts'])),
    route: typeof row['route'] === 'string' ? JSON.parse(row['route']) : null,
  };
}

function toAttempt(row: SqlRow): Attempt {
  const outcome = row['outcome'];
  return {
    atMs: Number(row['at_ms']),
    outcome: outcome === 'sent' || outcome === 'failed' ? outcome : 'retry',
    detail: String(row['detail']),
    durationMs: Number(row['duration_ms']),
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
