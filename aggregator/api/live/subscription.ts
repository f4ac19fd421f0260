import type { EventStream } from './event-stream.ts';
import type { LiveQuery, LiveUpdate } from './live-query.ts';
import { type EvaluateLive, floorTo, type LiveRequest } from './live-request.ts';

export interface SubscriptionDeps {
  readonly now: () => number;
  /** The answer's envelope in pieces, an error's too; never rejects. */
  readonly evaluate: EvaluateLive<Iterable<string>>;
  /** How long before the newest point others may have changed. */
  readonly settleMs: number;
}

/**
 * One query of one client: what it has been sent, and what it lacks. It gets what all get when that follows on what it has;
 * when it does not, at first or because the client was slow, what lies between is evaluated for it alone.
 */
export class Subscription {
  readonly #deps: SubscriptionDeps;
  readonly #live: LiveQuery;
  readonly #request: LiveRequest;
  /** Its place in the client's list, which names it in the events. */
  readonly #index: number;
  #throughMs: number;
  /** Of the last update sent or made up for; null as long as nothing was sent. */
  #sequence: number | null = null;

  constructor(deps: SubscriptionDeps, live: LiveQuery, request: LiveRequest, index: number) {
    this.#deps = deps;
    this.#live = live;
    this.#request = request;
    this.#index = index;
    this.#throughMs = request.startMs - request.stepMs;
  }

  listen(onUpdate: () => void): () => void {
    return this.#live.listen(onUpdate);
  }

  /** Sends what is missing; returns false when nothing was. */
  async bringUpToDate(stream: Pick<EventStream, 'send'>, signal: AbortSignal): Promise<boolean> {
    const { stepMs } = this.#request;
    const { last } = this.#live;
    if (last !== null && this.#hasMissedBefore(last))
      this.#throughMs = Math.max(
        this.#request.startMs - stepMs,
        floorTo(this.#throughMs - this.#deps.settleMs, stepMs),
      );
    const nextMs = this.#throughMs + stepMs;
    if (last !== null && last.fromMs <= nextMs && last.throughMs >= this.#throughMs) {
      if (last.sequence === this.#sequence) return false;
      this.#sequence = last.sequence;
      await this.#send(stream, last.fromMs, last.throughMs, [last.text]);
      return true;
    }
    const newestMs = floorTo(this.#deps.now(), stepMs);
    if (nextMs > newestMs) return false;
    this.#sequence = last?.sequence ?? 0;
    const pieces = await this.#deps.evaluate(this.#request, nextMs, newestMs, signal);
    if (signal.aborted) return false;
    await this.#send(stream, nextMs, newestMs, pieces);
    return true;
  }

  /** What was in updates that were never sent may have changed points that were. */
  #hasMissedBefore({ sequence }: LiveUpdate): boolean {
    return this.#sequence !== null && sequence > this.#sequence + 1;
  }

  async #send(
    stream: Pick<EventStream, 'send'>,
    fromMs: number,
    throughMs: number,
    pieces: Iterable<string>,
  ): Promise<void> {
    this.#throughMs = throughMs;
    const head = `{"query":${this.#index},"from":${fromMs / 1_000},"through":${throughMs / 1_000},"answer":`;
    await stream.send('answer', String(throughMs / 1_000), around(head, pieces));
  }
}

function* around(head: string, pieces: Iterable<string>): Generator<string> {
  yield head;
  yield* pieces;
  yield '}';
}
