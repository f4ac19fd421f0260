import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { AlertState } from '@tocsin/rules/state/active-alert.ts';
import type { HeldAlert } from '../alerts/held-alert.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { Silence } from '../silences/silence.ts';
import type { Database } from './database.ts';
import { createOutbox, type Outbox } from './outbox.ts';

/** Everything alerting must not forget. Writes outside of `transaction` commit one by one. */
export interface Store {
  /** All or nothing; on the disk when it returns. Inside another transaction it joins that one. */
  transaction<T>(action: () => T): T;
  readonly outbox: Outbox;
  /** A rule's alerts as they are now; what is not in `state` is forgotten. */
  saveRuleAlerts(ruleKey: string, state: AlertState, changed: Iterable<string>): void;
  loadRuleAlerts(): ReadonlyMap<string, AlertState>;
  forgetRule(ruleKey: string): void;
  saveAlert(alert: HeldAlert): void;
  loadAlerts(): readonly HeldAlert[];
  deleteAlert(fingerprint: string): void;
  saveSilence(silence: Silence): void;
  loadSilences(): readonly Silence[];
  deleteSilence(id: string): void;
  addEvent(event: StoredEvent): void;
  /** Newest first. */
  events(limit: number): readonly StoredEvent[];
  /** Those of a span of time, oldest first; of too many the newest. */
  eventsBetween(fromMs: number, toMs: number): readonly StoredEvent[];
  /** One alert's, newest first. */
  eventsOf(fingerprint: string, limit: number): readonly StoredEvent[];
  /** Fingerprints and labels of alerts of that name in the history, the latest first. */
  knownByName(alertName: string, limit: number): readonly KnownAlert[];
  setMeta(key: string, value: string): void;
  meta(key: string): string | null;
  /** Cuts history to its limits, and forgets what is older than `beforeMs`. */
  prune(beforeMs: number): void;
  close(): void;
}

export interface StoredEvent {
  readonly atMs: number;
  readonly kind: string;
  readonly fingerprint: string;
  readonly reason: string;
  /** What belongs to this kind of event. */
  readonly data: unknown;
}

export interface KnownAlert {
  readonly fingerprint: string;
  readonly labels: Labels;
}

export function createStore(database: Database): Store {
  let depth = 0;
  const statement = (sql: string) => database.prepare(sql);
  const sql = {
    putRuleAlert: statement('INSERT OR REPLACE INTO rule_alert (rule_key, alert_key, data) VALUES (?, ?, ?)'),
    dropRuleAlert: statement('DELETE FROM rule_alert WHERE rule_key = ? AND alert_key = ?'),
    dropRule: statement('DELETE FROM rule_alert WHERE rule_key = ?'),
    allRuleAlerts: statement('SELECT rule_key, alert_key, data FROM rule_alert'),
    putAlert: statement('INSERT OR REPLACE INTO alert (fingerprint, data) VALUES (?, ?)'),
    dropAlert: statement('DELETE FROM alert WHERE fingerprint = ?'),
    allAlerts: statement('SELECT data FROM alert ORDER BY fingerprint'),
    putSilence: statement('INSERT OR REPLACE INTO silence (id, data) VALUES (?, ?)'),
    dropSilence: statement('DELETE FROM silence WHERE id = ?'),
    allSilences: statement('SELECT data FROM silence'),
    addEvent: statement('INSERT INTO event (at_ms, kind, fingerprint, reason, data) VALUES (?, ?, ?, ?, ?)'),
    events: statement('SELECT at_ms, kind, fingerprint, reason, data FROM event ORDER BY id DESC LIMIT ?'),
    eventsBetween: statement(
      `SELECT at_ms, kind, fingerprint, reason, data FROM event WHERE at_ms >= ? AND at_ms < ? ORDER BY id DESC LIMIT ?`,
    ),
    eventsOf: statement(
      'SELECT at_ms, kind, fingerprint, reason, data FROM event WHERE fingerprint = ? ORDER BY id DESC LIMIT ?',
    ),
    // Labels are a flat list, so that a name and its value stand side by side in the text.
    knownByName: statement(
      `SELECT fingerprint, data, max(id) AS latest FROM event
         WHERE kind IN ('pending', 'firing', 'received', 'resolved') AND instr(data, ?) > 0
         GROUP BY fingerprint ORDER BY latest DESC LIMIT ?`,
    ),
    pruneEvents: statement('DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ? OR at_ms < ?'),
    setMeta: statement('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)'),
    meta: statement('SELECT value FROM meta WHERE key = ?'),
  };

  const store: Store = {
    outbox: createOutbox(database),
    transaction(action) {
      if (depth > 0) return action();
      database.exec('BEGIN IMMEDIATE');
      depth++;
      try {
        const result = action();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk has made SQLite roll back already.
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      } finally {
        depth--;
      }
    },
    saveRuleAlerts(ruleKey, state, changed) {
      for (const key of changed) {
        const alert = state.get(key);
        if (alert) sql.putRuleAlert.run(ruleKey, key, JSON.stringify(alert));
        else sql.dropRuleAlert.run(ruleKey, key);
      }
    },
    loadRuleAlerts() {
      const rules = new Map<
        string,
        Map<string, AlertState extends ReadonlyMap<string, infer A> ? A : never>
      >();
      for (const row of sql.allRuleAlerts.iterate()) {
        const key = String(row['rule_key']);
        const alerts = rules.get(key) ?? new Map();
        const alert = JSON.parse(String(row['data']));
        // JSON has no NaN and no infinities; the next evaluation brings the value again.
        alerts.set(String(row['alert_key']), { ...alert, value: alert.value ?? Number.NaN });
        rules.set(key, alerts);
      }
      return rules;
    },
    forgetRule: (ruleKey) => void sql.dropRule.run(ruleKey),
    saveAlert: (alert) => void sql.putAlert.run(alert.fingerprint, JSON.stringify(alert)),
    loadAlerts: () => sql.allAlerts.all().map((row): HeldAlert => JSON.parse(String(row['data']))),
    deleteAlert: (fingerprint) => void sql.dropAlert.run(fingerprint),
    saveSilence: (silence) => void sql.putSilence.run(silence.id, JSON.stringify(silence)),
    loadSilences: () => sql.allSilences.all().map((row): Silence => JSON.parse(String(row['data']))),
    deleteSilence: (id) => void sql.dropSilence.run(id),
    addEvent: ({ atMs, kind, fingerprint, reason, data }) =>
      void sql.addEvent.run(atMs, kind, fingerprint, reason, JSON.stringify(data)),
    events: (limit) => sql.events.all(limit).map(toEvent),
    eventsBetween: (fromMs, toMs) =>
      sql.eventsBetween.all(fromMs, toMs, ALERTING_LIMITS.eventRows).map(toEvent).toReversed(),
    eventsOf: (fingerprint, limit) => sql.eventsOf.all(fingerprint, limit).map(toEvent),
    knownByName: (alertName, limit) =>
      sql.knownByName
        .all(JSON.stringify(['alertname', alertName]).slice(1, -1), limit)
        .map((row) => ({ fingerprint: String(row['fingerprint']), labels: labelsOf(toData(row)) })),
    setMeta: (key, value) => void sql.setMeta.run(key, value),
    meta(key) {
      const row = sql.meta.get(key);
      return row ? String(row['value']) : null;
    },
    prune(beforeMs) {
      store.transaction(() => {
        sql.pruneEvents.run(ALERTING_LIMITS.eventRows, beforeMs);
        store.outbox.prune(ALERTING_LIMITS.notificationRows, beforeMs);
      });
    },
    close: () => database.close(),
  };
  return store;
}

type SqlRow = Readonly<Record<string, unknown>>;

function toEvent(row: SqlRow): StoredEvent {
  return {
    atMs: Number(row['at_ms']),
    kind: String(row['kind']),
    fingerprint: String(row['fingerprint']),
    reason: String(row['reason']),
    data: toData(row),
  };
}

function toData(row: SqlRow): unknown {
  return JSON.parse(String(row['data']));
}

/** The labels in an event's data; none when it has none. */
export function labelsOf(data: unknown): Labels {
  if (typeof data !== 'object' || data === null || !('labels' in data) || !Array.isArray(data.labels))
    return [];
  return data.labels.filter((text): text is string => typeof text === 'string');
}
