/** Time as a value: everything that waits or asks the time takes a Clock, so that tests can run days in seconds. */
export interface Clock {
  /** Milliseconds since the epoch, whole. May step when the machine's clock is set. */
  now(): number;
  /** Milliseconds on a clock that never steps, with fractions; only differences mean anything. */
  monotonic(): number;
  /** Calls `action` once after `delayMs`. */
  setTimeout(action: () => void, delayMs: number, options?: TimerOptions): Timer;
  /** Calls `action` every `periodMs`, first after one period. */
  setInterval(action: () => void, periodMs: number, options?: TimerOptions): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export interface TimerOptions {
  /** False: the timer does not keep the process alive. Default true. */
  readonly keepAlive?: boolean;
}

export interface Timer {
  cancel(): void;
}

// Longer delays overflow Node's 32-bit timers and would fire at once.
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout(action, delayMs, options) {
    const timer = setTimeout(action, Math.min(delayMs, LONGEST_DELAY_MS));
    if (options?.keepAlive === false) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  setInterval(action, periodMs, options) {
    const timer = setInterval(action, Math.min(periodMs, LONGEST_DELAY_MS));
    if (options?.keepAlive === false) timer.unref();
    return { cancel: () => clearInterval(timer) };
  },
  // A timer takes a millisecond at least, in which the thread may have nothing to do.
  sleep: (delayMs, signal) =>
    delayMs === 0 && signal === undefined
      ? new Promise((resolve) => setImmediate(resolve))
      : sleepOn(systemClock, delayMs, signal),
};

/** `Clock.sleep` for any clock, from its `setTimeout`. */
export function sleepOn(
  clock: Pick<Clock, 'setTimeout'>,
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
