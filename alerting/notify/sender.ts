import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { orAborted } from '@tocsin/runtime/or-aborted.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { SendError } from '../receivers/integration.ts';
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
  readonly onOutcome: (row: OutboxRow, outcome: 'sent' | 'retry' | 'failed', durationMs: number) => void;
}

const FIRST_PAUSE_MS = 1_000;

export function createSender(deps: SenderDeps): Sender {
  const { clock, store, log } = deps;
  const busy = new Set<string>();
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  let timer: Timer | null = null;
  let stopped = true;

  const laneOf = (row: OutboxRow) => JSON.stringify([row.receiver, row.integration]);

  /** One send at a time for each receiver's integration: a slow one delays nobody else, and order is kept. */
  const claimNext = (): void => {
    if (stopped) return;
    timer?.cancel();
    timer = null;
    const due = store.outbox.due(clock.now());
    for (const row of due) {
      if (running.size >= ALERTING_LIMITS.sends) break;
      const lane = laneOf(row);
      if (busy.has(lane)) continue;
      busy.add(lane);
      const work = sendClaimed(row).finally(() => {
        busy.delete(lane);
        running.delete(work);
        guardedClaim();
      });
      running.add(work);
    }
    const nextMs = store.outbox.nextDueMs();
    if (nextMs !== null && nextMs > clock.now()) timer = clock.setTimeout(guardedClaim, nextMs - clock.now());
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

  async function sendClaimed(row: OutboxRow): Promise<void> {
    const startMs = clock.monotonic();
    try {
      store.outbox.claim(row.id);
      const outcome = await attempt(row);
      const timeMs = clock.now();
      store.transaction(() => {
        if (outcome.kind === 'sent') store.outbox.markSent(row.id, timeMs, outcome.answer);
        else if (outcome.kind === 'failed') store.outbox.markFailed(row.id, timeMs, outcome.error);
        else store.outbox.retryAt(row.id, timeMs + outcome.pauseMs, outcome.error);
        store.outbox.addAttempt(row.id, {
          atMs: timeMs,
          outcome: outcome.kind,
          detail: outcome.kind === 'sent' ? outcome.answer : outcome.error,
          durationMs: clock.monotonic() - startMs,
        });
      });
      deps.onOutcome(row, outcome.kind, clock.monotonic() - startMs);
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
    } catch (error) {
      // The claim or the answer could not be recorded. After a restart the claim is released.
      log.error({ err: error, receiver: row.receiver }, 'cannot record a notification');
    }
  }

  type Outcome =
    | { readonly kind: 'sent'; readonly answer: string }
    | { readonly kind: 'failed'; readonly error: string }
    | { readonly kind: 'retry'; readonly error: string; readonly pauseMs: number };

  async function attempt(row: OutboxRow): Promise<Outcome> {
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
      const key = { messageId: row.messageId, groupKey: row.groupKey };
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
      return { kind: 'retry', error: detail, pauseMs };
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
