import type { QueryClock } from './engine.ts';
import type { QueryLimits } from './limits.ts';
import { QueryError } from './query-error.ts';

/** What one query has used and may still use: samples, time, and turns of the event loop. */
export class Budget {
  readonly limits: QueryLimits;
  readonly signal: AbortSignal;
  seriesSelected = 0;
  samplesQueried = 0;
  samplesPeak = 0;
  #samplesHeld = 0;
  #clock: QueryClock;
  #startedMs: number;
  #deadlineMs: number;
  #sliceEndMs: number;
  #sinceLook = 0;

  /** `elapsedMs`: how much of the time limit was used up elsewhere. */
  constructor(clock: QueryClock, limits: QueryLimits, signal: AbortSignal, elapsedMs = 0) {
    this.limits = limits;
    this.signal = signal;
    this.#clock = clock;
    this.#startedMs = clock.monotonic() - elapsedMs;
    this.#deadlineMs = this.#startedMs + limits.timeoutMs;
    this.#sliceEndMs = clock.monotonic() + limits.sliceMs;
  }

  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#startedMs;
  }

  /** Counts samples now in memory; throws when they pass the limit. */
  hold(samples: number): void {
    this.#samplesHeld += samples;
    if (this.#samplesHeld > this.samplesPeak) this.samplesPeak = this.#samplesHeld;
    if (this.#samplesHeld > this.limits.samplesMax) {
      throw new QueryError(
        'execution',
        `query processing would load too many samples into memory in query execution (more than ${this.limits.samplesMax})`,
      );
    }
  }

  release(samples: number): void {
    this.#samplesHeld -= samples;
  }

  /** True when the evaluation should `pause`; cheap enough to ask for every `work` samples or so. */
  due(work: number): boolean {
    this.#sinceLook += work + 20;
    if (this.#sinceLook < 20_000) return false;
    this.#sinceLook = 0;
    return this.#clock.monotonic() >= this.#sliceEndMs;
  }

  /** Lets other work of the process go on, then throws when the query is out of time or canceled. */
  async pause(): Promise<void> {
    this.check();
    await this.#clock.sleep(0);
    this.check();
    this.#sliceEndMs = this.#clock.monotonic() + this.limits.sliceMs;
  }

  check(): void {
    if (this.signal.aborted) throw new QueryError('canceled', 'query was canceled in expression evaluation');
    if (this.#clock.monotonic() > this.#deadlineMs) {
      throw new QueryError(
        'timeout',
        `query timed out in expression evaluation (limit ${this.limits.timeoutMs} ms)`,
      );
    }
  }
}
