import { type Clock, sleepOn, type Timer } from '../clock.ts';

/** A clock that stands still until a test moves it. */
export interface SimulatedClock extends Clock {
  /**
   * Moves time forward by `durationMs`, firing every timer on the way at its own moment and letting the
   * promises it wakes run before the next one fires.
   */
  advance(durationMs: number): Promise<void>;
  /** Steps the wall clock, as an operator or NTP does; timers and `monotonic` are not affected. */
  step(offsetMs: number): void;
  /** How many timers are waiting. */
  readonly pendingTimers: number;
}

interface Pending {
  readonly action: () => void;
  readonly periodMs: number | null;
  readonly order: number;
  dueMs: number;
}

/** `startMs` is the wall time at the start, milliseconds since the epoch. */
export function createSimulatedClock(startMs = Date.UTC(2026, 0, 1)): SimulatedClock {
  let elapsedMs = 0;
  let offsetMs = startMs;
  let order = 0;
  const pending = new Set<Pending>();

  const schedule = (action: () => void, delayMs: number, periodMs: number | null): Timer => {
    // As Node's timers do: at least 1 ms.
    const dueMs = elapsedMs + Math.max(1, delayMs);
    const entry: Pending = { action, periodMs, dueMs, order: order++ };
    pending.add(entry);
    return { cancel: () => void pending.delete(entry) };
  };

  const next = (): Pending | undefined => {
    let first: Pending | undefined;
    for (const entry of pending) {
      if (!first || entry.dueMs < first.dueMs || (entry.dueMs === first.dueMs && entry.order < first.order)) {
        first = entry;
      }
    }
    return first;
  };

  const clock: SimulatedClock = {
    now: () => Math.floor(offsetMs + elapsedMs),
    monotonic: () => elapsedMs,
    setTimeout: (action, delayMs) => schedule(action, delayMs, null),
    setInterval: (action, periodMs) => schedule(action, periodMs, Math.max(1, periodMs)),
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    async advance(durationMs) {
      const untilMs = elapsedMs + durationMs;
      await settle();
      for (let entry = next(); entry && entry.dueMs <= untilMs; entry = next()) {
        elapsedMs = entry.dueMs;
        if (entry.periodMs === null) pending.delete(entry);
        else entry.dueMs += entry.periodMs;
        entry.action();
        await settle();
      }
      elapsedMs = untilMs;
      await settle();
    },
    step(stepMs) {
      offsetMs += stepMs;
    },
    get pendingTimers() {
      return pending.size;
    },
  };
  return clock;
}

/** Lets microtasks and already finished I/O callbacks run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
