import type { QueryClock } from './engine.ts';
import type { QueryLimits } from './limits.ts';
import { POINT_BYTES, SAMPLE_BYTES } from './memory.ts';
import { QueryError } from './query-error.ts';

// Series are spread over shares by a hash of their labels, and so not quite evenly.
const UNEVENNESS = 2;

/** What one query has used and may still use: samples, memory, time, and turns of the event loop. */
export class Budget {
  readonly limits: QueryLimits;
  readonly signal: AbortSignal;
  seriesSelected = 0;
  samplesQueried = 0;
  samplesPeak = 0;
  bytesPeak = 0;
  #samplesHeld = 0;
  #bytesHeld = 0;
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

  /** Counts samples now in memory, with what else their series need; throws when they pass a limit. */
  hold(samples: number, bytes = samples * POINT_BYTES): void {
    this.#samplesHeld += samples;
    if (this.#samplesHeld > this.samplesPeak) this.samplesPeak = this.#samplesHeld;
    if (this.#samplesHeld > this.#share(this.limits.samplesMax)) throw this.#tooManySamples();
    this.holdBytes(bytes);
  }

  /** Counts memory that belongs to no sample. */
  holdBytes(bytes: number): void {
    this.#bytesHeld += bytes;
    if (this.#bytesHeld > this.bytesPeak) this.bytesPeak = this.#bytesHeld;
    if (this.#bytesHeld > this.#share(this.limits.bytesMax)) throw this.#tooManyBytes();
  }

  release(samples: number, bytes = samples * POINT_BYTES): void {
    this.#samplesHeld -= samples;
    this.#bytesHeld -= bytes;
  }

  /** Counts what others held for this query, all at the same time as each other and as what is held here. */
  heldElsewhere(samples: number, bytes: number): void {
    this.samplesPeak = Math.max(this.samplesPeak, this.#samplesHeld + samples);
    this.bytesPeak = Math.max(this.bytesPeak, this.#bytesHeld + bytes);
    if (this.#samplesHeld + samples > this.limits.samplesMax) throw this.#tooManySamples();
    if (this.#bytesHeld + bytes > this.limits.bytesMax) throw this.#tooManyBytes();
  }

  /** How many samples may still be read at once. */
  get samplesLeft(): number {
    const samples = this.#share(this.limits.samplesMax) - this.#samplesHeld;
    const fitting = Math.floor((this.#share(this.limits.bytesMax) - this.#bytesHeld) / SAMPLE_BYTES);
    return Math.max(0, Math.min(samples, fitting));
  }

  #share(limit: number): number {
    const { shares } = this.limits;
    return shares === 1 ? limit : Math.min(limit, Math.ceil((limit / shares) * UNEVENNESS));
  }

  #tooManySamples(): QueryError {
    return new QueryError(
      'execution',
      `query processing would load too many samples into memory in query execution (more than ${this.limits.samplesMax})`,
      { limit: 'samplesMax' },
    );
  }

  #tooManyBytes(): QueryError {
    return new QueryError(
      'execution',
      `query processing would need too much memory in query execution (more than ${this.limits.bytesMax} bytes)`,
      { limit: 'bytesMax' },
    );
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
        { limit: 'timeoutMs' },
      );
    }
  }
}
