import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { untilPhase } from '../samples/phase.ts';
import { createStaleness } from '../samples/staleness.ts';
import type { Sender } from '../send/sender.ts';
import { encodeWriteParcels } from '../send/write-parcels.ts';
import type { ReadRound } from './registry-reader.ts';

export interface MetricsPusher {
  start(): void;
  /** Reads the registries now and queues what they hold. Never rejects. */
  push(): Promise<void>;
  /** One last round, then says of every series that it ended. */
  end(): Promise<void>;
}

// A newcomer looks at the page at once; a thousand services started together must still not come together.
const FIRST_ROUND_WITHIN_MS = 1_000;

/**
 * Reads and queues every `intervalMs`, in a phase of its own so that many processes do not send at one moment.
 * A round that takes longer than the interval delays the next instead of running beside it.
 */
export function createMetricsPusher(
  deps: {
    readonly clock: Clock;
    readonly random: Random;
    readonly sender: Sender;
    readonly read: (atMs: number) => Promise<ReadRound>;
    readonly onTooMany: (dropped: number) => void;
    readonly onFailure: (error: unknown) => void;
  },
  intervalMs: number,
): MetricsPusher {
  const { clock, random, sender } = deps;
  const staleness = createStaleness();
  const phase = random.next();
  let timer: Timer | null = null;
  let ended = false;
  let lastMs = 0;
  let pushing: Promise<void> | null = null;

  const round = async (isLast: boolean): Promise<void> => {
    try {
      // Two samples of a series cannot share a moment, and the clock may have been set back a little.
      const atMs = Math.max(clock.now(), Math.min(lastMs + 1, clock.now() + 1_000));
      const { series, metadata, dropped } = await deps.read(atMs);
      if (dropped > 0) deps.onTooMany(dropped);
      lastMs = atMs;
      const vanished = staleness.next(
        series.map(({ labels }) => labels),
        atMs,
      );
      const last = isLast ? staleness.next([], atMs + 1) : [];
      for (const parcel of encodeWriteParcels({ series: [...series, ...vanished], metadata })) {
        await sender.add(parcel);
      }
      for (const parcel of encodeWriteParcels({ series: last, metadata: [] })) await sender.add(parcel);
    } catch (error) {
      deps.onFailure(error);
    }
  };
  const push = (): Promise<void> => {
    if (ended) return Promise.resolve();
    pushing ??= round(false).finally(() => {
      pushing = null;
    });
    return pushing;
  };
  const schedule = (delayMs: number): void => {
    timer = clock.setTimeout(() => void tick(), delayMs, { keepAlive: false });
  };
  const tick = async (): Promise<void> => {
    await push();
    if (!ended) schedule(untilPhase(clock.now(), intervalMs, phase * intervalMs));
  };

  return {
    start: () => schedule(phase * FIRST_ROUND_WITHIN_MS),
    push,
    async end() {
      if (ended) return;
      ended = true;
      timer?.cancel();
      await pushing;
      await round(true);
    },
  };
}
