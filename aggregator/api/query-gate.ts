import type { Counter, Gauge } from 'prom-client';
import { ApiError } from './api-error.ts';

/** Lets so many queries run at once, so many wait, and refuses the rest. */
export interface QueryGate {
  /** Runs `work` when it is its turn; a wait ends with the signal. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export interface QueryGateConfig {
  readonly concurrentMax: number;
  readonly waitingMax: number;
}

export interface QueryGateMetrics {
  readonly running: Pick<Gauge, 'set'>;
  readonly waiting: Pick<Gauge, 'set'>;
  readonly refused: Pick<Counter, 'inc'>;
}

export function createQueryGate(config: QueryGateConfig, metrics: QueryGateMetrics): QueryGate {
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = (signal: AbortSignal): Promise<void> => {
    if (running < config.concurrentMax) {
      metrics.running.set(++running);
      return Promise.resolve();
    }
    if (waiting.length >= config.waitingMax) {
      metrics.refused.inc();
      const detail = `${config.concurrentMax} queries run and ${config.waitingMax} wait; try again later`;
      return Promise.reject(new ApiError('unavailable', `Cannot start the query: ${detail}`));
    }
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        metrics.waiting.set(waiting.length);
        reject(new ApiError('canceled', 'query was canceled while it waited for its turn'));
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(admit);
      metrics.waiting.set(waiting.length);
    });
  };

  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        // The place goes to the next in line without becoming free in between.
        const next = waiting.shift();
        if (next) {
          metrics.waiting.set(waiting.length);
          next();
        } else metrics.running.set(--running);
      }
    },
  };
}
