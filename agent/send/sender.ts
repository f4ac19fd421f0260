import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { backoffMs } from './backoff.ts';
import type { Outcome, Transport } from './outcome.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';

export interface SenderDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly queue: ParcelQueue;
  readonly transport: Transport;
  readonly observe: (outcome: Outcome['kind'], parcel: Parcel, detail: string) => void;
}

export interface Sender {
  /** Puts the parcel into the queue and sets off when the way is free. Never rejects. */
  add(parcel: Parcel): Promise<void>;
  /**
   * Tries at once to send all that waits, whatever the backoff says, until it is done, an attempt fails or
   * `withinMs` is over. True when nothing is left.
   */
  flush(withinMs: number): Promise<boolean>;
  /** As flush, for what is lost when it is not sent now: after a failed attempt others follow, in the usual steps. */
  drain(withinMs: number): Promise<boolean>;
  /** Ends: no attempt is under way or will be started after it resolves. What waits stays in the queue. */
  stop(): Promise<void>;
}

/**
 * Takes parcels off a queue one after the other, oldest first, one attempt at a time; a parcel leaves the
 * queue only when its receiver has answered. After a failure nothing is tried until the backoff is over.
 * Its timers don't keep the process alive.
 */
export function createSender(deps: SenderDeps): Sender {
  const { clock, random, queue, transport, observe } = deps;
  let failures = 0;
  let waiting: Timer | null = null;
  let onResume: () => void = () => undefined;
  let running: Promise<void> | null = null;
  let stopped = false;
  const attempt = new AbortController();

  const waitAfterFailure = (retryAfterMs: number | null): void => {
    failures++;
    if (stopped) return;
    waiting = clock.setTimeout(resume, backoffMs(failures, retryAfterMs, random), { keepAlive: false });
  };
  /** Sends until the queue is empty or an attempt fails. */
  const run = async (): Promise<void> => {
    for (let parcel = await queue.first(); parcel && !stopped; parcel = await queue.first()) {
      const outcome = await transport(parcel.body, parcel.items, attempt.signal);
      if (stopped) return;
      observe(outcome.kind, parcel, 'detail' in outcome ? outcome.detail : '');
      if (outcome.kind === 'retry') {
        await queue.settle();
        waitAfterFailure(outcome.retryAfterMs);
        return;
      }
      failures = 0;
      await queue.remove(parcel);
    }
  };
  const start = (): Promise<void> => {
    running ??= run()
      // The queue's disk cannot be read: as bad as a receiver that cannot be reached, and as passing.
      .catch(() => waitAfterFailure(null))
      .finally(() => {
        running = null;
        // What came after the last look into the queue would otherwise wait for the next one.
        if (queue.length > 0 && waiting === null && !stopped) void start();
      });
    return running;
  };
  const resume = (): void => {
    waiting = null;
    void start();
    onResume();
  };

  /** Sends at once what waits, and goes on until nothing does, `goesOn` says no, or the time is over. */
  const sendNow = async (withinMs: number, goesOn: () => boolean): Promise<boolean> => {
    let over = false;
    let timer: Timer | null = null;
    const end = new Promise<void>((resolve) => {
      timer = clock.setTimeout(() => {
        over = true;
        resolve();
      }, withinMs);
    });
    waiting?.cancel();
    waiting = null;
    const resumed = () => new Promise<void>((resolve) => (onResume = resolve));
    // More than one run when parcels come in meanwhile.
    while (queue.length > 0 && goesOn() && !stopped && !over) {
      await Promise.race([waiting === null ? start() : resumed(), end]);
    }
    timer!.cancel();
    return queue.length === 0;
  };

  return {
    async add(parcel) {
      await queue.add(parcel);
      if (stopped) return;
      if (waiting === null) void start();
      else await queue.settle();
    },
    flush: (withinMs) => sendNow(withinMs, () => waiting === null),
    drain: (withinMs) => sendNow(withinMs, () => true),
    async stop() {
      stopped = true;
      waiting?.cancel();
      waiting = null;
      attempt.abort();
      await running;
    },
  };
}
