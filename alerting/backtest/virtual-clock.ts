import type { Clock, Timer } from '@tocsin/runtime/clock.ts';

/** A clock that only moves when it is run, from timer to timer; its timers may be asynchronous, and are waited for. */
export interface VirtualClock extends Clock {
  /** Fires every timer due until then, in order, and stands at that time afterwards. */
  runUntil(timeMs: number, signal?: AbortSignal): Promise<void>;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void | Promise<void>;
  cancelled: boolean;
}

/** `startMs` is milliseconds since the epoch. */
export function createVirtualClock(startMs: number): VirtualClock {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let order = 0;

  const schedule = (action: () => void | Promise<void>, delayMs: number): Timer => {
    const entry: Entry = { dueMs: nowMs + Math.max(0, delayMs), order: order++, action, cancelled: false };
    push(heap, entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  };

  const clock: VirtualClock = {
    now: () => Math.floor(nowMs),
    monotonic: () => nowMs - startMs,
    setTimeout: schedule,
    setInterval: (action, periodMs) => {
      let timer: Timer | null = null;
      const again = (): void => {
        timer = schedule(() => {
          again();
          action();
        }, periodMs);
      };
      again();
      return { cancel: () => timer?.cancel() };
    },
    sleep: (delayMs) => new Promise((resolve) => schedule(resolve, delayMs)),
    async runUntil(timeMs, signal) {
      for (let first = heap[0]; first && first.dueMs <= timeMs; first = heap[0]) {
        pop(heap);
        if (first.cancelled) continue;
        signal?.throwIfAborted();
        nowMs = Math.max(nowMs, first.dueMs);
        const done = first.action();
        if (done) await done;
      }
      nowMs = Math.max(nowMs, timeMs);
    },
  };
  return clock;
}

function before(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at]!, heap[parent]!)) return;
    [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
    at = parent;
  }
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
