import type { Clock } from '@tocsin/runtime/clock.ts';
import { type EvaluateLive, floorTo, type LiveRequest } from './live-request.ts';

/** What all clients of a query get: what `query_range` would answer for these times. */
export interface LiveUpdate {
  /** Counts up; a client that sees one left out has missed it. */
  readonly sequence: number;
  readonly fromMs: number;
  readonly throughMs: number;
  /** The answer's envelope. */
  readonly text: string;
}

export interface LiveQueryDeps {
  readonly clock: Clock;
  /** Changes when samples have been taken in. */
  readonly writes: () => number;
  /** The answer's envelope, an error's too; never rejects. */
  readonly evaluate: EvaluateLive<string>;
}

export interface LiveQueryConfig {
  /** Samples may come so late: the points of this time are worked out anew when some have come. */
  readonly settleMs: number;
  /** How often is looked whether some have come. */
  readonly refreshMs: number;
  readonly pointsMax: number;
}

// A query gets at most this part of the time, however long it takes.
const PAUSE_PER_EVALUATION = 2;

/** A query that is evaluated at every step, once for all who listen, for as long as someone does. */
export class LiveQuery {
  readonly #deps: LiveQueryDeps;
  readonly #config: LiveQueryConfig;
  readonly #request: LiveRequest;
  readonly #listeners = new Set<() => void>();
  #stop: AbortController | null = null;
  #last: LiveUpdate | null = null;
  #writes = 0;
  #sequence = 0;

  constructor(deps: LiveQueryDeps, config: LiveQueryConfig, request: LiveRequest) {
    this.#deps = deps;
    this.#config = config;
    this.#request = request;
  }

  /** The newest update; null before the first. */
  get last(): LiveUpdate | null {
    return this.#last;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** `onUpdate` is called when `last` has changed. Returns what ends it. */
  listen(onUpdate: () => void): () => void {
    this.#listeners.add(onUpdate);
    if (this.#stop === null) {
      this.#stop = new AbortController();
      void this.#run(this.#stop.signal);
    }
    return () => {
      this.#listeners.delete(onUpdate);
      if (this.#listeners.size > 0) return;
      this.#stop?.abort();
      this.#stop = null;
      this.#last = null;
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      const isEvaluated = await this.#refresh(signal);
      const tookMs = isEvaluated ? clock.monotonic() - startedMs : 0;
      const nowMs = clock.now();
      const untilStepMs = floorTo(nowMs, this.#request.stepMs) + this.#request.stepMs - nowMs;
      const pauseMs = Math.max(Math.min(untilStepMs, this.#config.refreshMs), tookMs * PAUSE_PER_EVALUATION);
      // Rejects when nobody listens any more.
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  /** Evaluates what is due; returns false when nothing was. */
  async #refresh(signal: AbortSignal): Promise<boolean> {
    const { stepMs } = this.#request;
    const nowMs = this.#deps.clock.now();
    const throughMs = floorTo(nowMs, stepMs);
    const settlesFromMs = nowMs - this.#config.settleMs;
    const writes = this.#deps.writes();
    const before = this.#last;
    // The machine's clock may have been set back.
    if (before !== null && throughMs < before.throughMs) return false;
    const isNew = before === null || throughMs > before.throughMs;
    if (!isNew && (writes === this.#writes || throughMs <= settlesFromMs)) return false;
    this.#writes = writes;
    const fromMs = isNew ? this.#firstOf(throughMs, settlesFromMs) : before.fromMs;
    const text = await this.#deps.evaluate(this.#request, fromMs, throughMs, signal);
    if (signal.aborted) return true;
    if (!isNew && text === before.text) return true;
    this.#last = { sequence: ++this.#sequence, fromMs, throughMs, text };
    for (const listener of this.#listeners) listener();
    return true;
  }

  #firstOf(throughMs: number, settlesFromMs: number): number {
    const { stepMs } = this.#request;
    const unsettledMs = Math.min(floorTo(settlesFromMs, stepMs) + stepMs, throughMs);
    const nextMs = this.#last === null ? throughMs : this.#last.throughMs + stepMs;
    return Math.max(Math.min(unsettledMs, nextMs), throughMs - (this.#config.pointsMax - 1) * stepMs);
  }
}
