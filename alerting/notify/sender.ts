import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { orAborted } from '@tocsin/runtime/or-aborted.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { type GroupMemory, SendError } from '../receivers/integration.ts';
import type { JsonValue } from '../receivers/json-value.ts';
import { mayHaveArrived } from '../receivers/may-have-arrived.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import type { ReceiversInUse } from './receivers-in-use.ts';

/** Empties the outbox: claims a row, sends it, records the answer. */
export interface Sender {
  start(): void;
  /** Something was added to the outbox. */
  wake(): void;
  /** Stops claiming; waits for the sends that run, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface SenderDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly log: Log;
  readonly receivers: () => ReceiversInUse;
  /** Why a message that waits must not go out any more; null: it may. */
  readonly withheld: (row: OutboxRow) => string | null;
  /** A message was taken back: what is left to say of its group is to be decided. */
  readonly onWithdrawn: (row: OutboxRow) => void;
  /** The message cannot be delivered so far; called within the transaction that records the attempt. */
  readonly onUndelivered: (row: OutboxRow, attempts: number, final: boolean, error: string) => void;
  readonly onOutcome: (row: OutboxRow, outcome: 'sent' | 'retry' | 'failed', durationMs: number) => void;
}

const FIRST_PAUSE_MS = 1_000;

class Memory implements GroupMemory {
  known: JsonValue | null;

  constructor(known: JsonValue | null) {
    this.known = known;
  }

  keep(value: JsonValue): void {
    this.known = value;
  }
}

export function createSender(deps: SenderDeps): Sender {
  const { clock, store, log } = deps;
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  const giveUp = new AbortController();
  let timer: Timer | null = null;
  let stopped = true;

  const laneOf = (row: OutboxRow) => JSON.stringify([row.receiver, row.integration]);

  /** A few sends at a time for each receiver's integration: a slow one delays nobody else. Of one group it is one, so that order is kept. */
  const claimNext = (): void => {
    if (stopped) return;
    timer?.cancel();
    timer = null;
    const withdrawn: OutboxRow[] = [];
    for (const row of store.outbox.due(clock.now(), ALERTING_LIMITS.sendsPerIntegration)) {
      if (running.size >= ALERTING_LIMITS.sends) break;
      const lane = laneOf(row);
      const inLane = busy.get(lane) ?? 0;
      if (inLane >= ALERTING_LIMITS.sendsPerIntegration) continue;
      if (takenBack(row)) {
        withdrawn.push(row);
        continue;
      }
      store.outbox.claim(row.id);
      busy.set(lane, inLane + 1);
      const work = sendClaimed(row).finally(() => {
        busy.set(lane, (busy.get(lane) ?? 1) - 1);
        running.delete(work);
        guardedClaim();
      });
      running.add(work);
    }
    const nextMs = store.outbox.nextDueMs();
    if (nextMs !== null && nextMs > clock.now()) timer = clock.setTimeout(guardedClaim, nextMs - clock.now());
    if (withdrawn.length === 0) return;
    for (const row of withdrawn) deps.onWithdrawn(row);
    // Others of the lane may have been waiting behind them.
    claimNext();
  };
  /** The outbox could not be read or written: the work is still in it, so it is tried again. */
  const guardedClaim = (): void => {
    try {
      claimNext();
    } catch (error) {
      log.error({ err: error }, 'cannot work on the outbox');
      timer = clock.setTimeout(guardedClaim, FIRST_PAUSE_MS);
    }
  };

  /** Silenced while it waited. What a provider may have already has to run its course: it would never hear of the end. */
  function takenBack(row: OutboxRow): boolean {
    if (row.mayHaveArrived) return false;
    const reason = deps.withheld(row);
    if (reason === null || !store.outbox.withdraw(row.id, reason)) return false;
    log.info({ receiver: row.receiver, group: row.groupKey, reason }, 'a message that waited is taken back');
    return true;
  }

  async function sendClaimed(row: OutboxRow): Promise<void> {
    const startMs = clock.monotonic();
    const memory = new Memory(store.outbox.keptFor(row));
    const outcome = await attempt(row, memory);
    const durationMs = clock.monotonic() - startMs;
    while (!recorded(row, outcome, memory, durationMs)) {
      // Until it is written down nothing else may happen to the message. After a restart the claim is released.
      await clock.sleep(FIRST_PAUSE_MS, giveUp.signal).catch(() => undefined);
      if (giveUp.signal.aborted) return;
    }
    if (outcome.kind !== 'sent') {
      log.warn(
        {
          receiver: row.receiver,
          integration: row.integration,
          error: outcome.error,
          attempts: row.attempts + 1,
        },
        'cannot notify',
      );
    }
    deps.onOutcome(row, outcome.kind, durationMs);
  }

  /** False: the disk did not take it. */
  function recorded(row: OutboxRow, outcome: Outcome, memory: Memory, durationMs: number): boolean {
    const timeMs = clock.now();
    try {
      store.transaction(() => {
        if (memory.known !== null) store.outbox.keep(row.id, memory.known);
        if (outcome.kind === 'sent') store.outbox.markSent(row.id, timeMs, outcome.answer);
        else if (outcome.kind === 'failed') store.outbox.markFailed(row.id, timeMs, outcome.error);
        else store.outbox.retryAt(row.id, timeMs + outcome.pauseMs, outcome.error, outcome.mayHaveArrived);
        store.outbox.addAttempt(row.id, {
          atMs: timeMs,
          outcome: outcome.kind,
          detail: outcome.kind === 'sent' ? outcome.answer : outcome.error,
          durationMs,
        });
        if (outcome.kind !== 'sent')
          deps.onUndelivered(row, row.attempts + 1, outcome.kind === 'failed', outcome.error);
      });
      return true;
    } catch (error) {
      log.error({ err: error, receiver: row.receiver }, 'cannot record a notification');
      return false;
    }
  }

  type Outcome =
    | { readonly kind: 'sent'; readonly answer: string }
    | { readonly kind: 'failed'; readonly error: string }
    | {
        readonly kind: 'retry';
        readonly error: string;
        readonly pauseMs: number;
        readonly mayHaveArrived: boolean;
      };

  async function attempt(row: OutboxRow, memory: Memory): Promise<Outcome> {
    const named = deps
      .receivers()
      .get(row.receiver)
      ?.find((each) => each.name === row.integration);
    if (!named) return { kind: 'failed', error: `receiver ${row.receiver} no longer has ${row.integration}` };
    const { integration } = named;
    const limit = new AbortController();
    const timeout = clock.setTimeout(
      () => limit.abort(new Error(`no answer within ${ALERTING_LIMITS.sendTimeoutMs / 1000} s`)),
      ALERTING_LIMITS.sendTimeoutMs,
    );
    const signal = AbortSignal.any([abort.signal, limit.signal]);
    try {
      const key = { messageId: row.messageId, groupKey: row.groupKey, memory };
      const answer = await orAborted(integration.send(row, key, signal), signal);
      return { kind: 'sent', answer: answer.slice(0, ALERTING_LIMITS.answerLength) };
    } catch (error) {
      const detail = (error instanceof Error ? error.message : String(error)).slice(
        0,
        ALERTING_LIMITS.answerLength,
      );
      const attempts = row.attempts + 1;
      const tooOld = clock.now() - row.createdMs > ALERTING_LIMITS.retryForMs;
      if ((error instanceof SendError && !error.retry) || tooOld) return { kind: 'failed', error: detail };
      const askedMs = error instanceof SendError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(
        pauseAfter(attempts, deps.random),
        Math.min(askedMs, ALERTING_LIMITS.retryPauseMs),
      );
      return { kind: 'retry', error: detail, pauseMs, mayHaveArrived: mayHaveArrived(error) };
    } finally {
      timeout.cancel();
    }
  }

  return {
    start() {
      stopped = false;
      const released = store.outbox.releaseClaims(clock.now());
      if (released > 0)
        log.warn({ released }, 'sends without a recorded answer are repeated under the same message id');
      guardedClaim();
    },
    wake: () => guardedClaim(),
    async stop(graceMs) {
      stopped = true;
      giveUp.abort();
      timer?.cancel();
      const cut = clock.setTimeout(() => abort.abort(new Error('stopping')), graceMs);
      await Promise.all(running);
      cut.cancel();
    },
  };
}

/** Doubling from a second to the limit, the second half of each pause by chance. */
export function pauseAfter(attempts: number, random: Random): number {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20), ALERTING_LIMITS.retryPauseMs);
  return Math.round(pauseMs / 2 + (random.next() * pauseMs) / 2);
}
