import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { LiveQuery } from './live-query.ts';
import { type EvaluateLive, floorTo, type LiveRequest } from './live-request.ts';
import { Subscription } from './subscription.ts';

const STEP_MS = 2_000;
const SETTLE_MS = 10_000;
const CONFIG = { settleMs: SETTLE_MS, refreshMs: 1_000, pointsMax: 1_000 };
const START_MS = 1_000_000;

const moves = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
    fc.record({
      kind: fc.constant('write' as const),
      // Late, but not so late that it is past being told of.
      agoMs: fc.integer({ min: 0, max: 6_000 }),
      value: fc.integer({ min: 0, max: 9 }),
    }),
    fc.record({ kind: fc.constant('slow' as const), client: fc.nat(2) }),
    fc.record({ kind: fc.constant('read' as const), client: fc.nat(2) }),
  ),
  { maxLength: 60 },
);

/** Holds points as a client does: what comes replaces all from its first time on. */
class Client {
  readonly points = new Map<number, string>();
  reads = true;
  #drained = (): void => undefined;

  readonly stream = {
    send: async (_name: string, _id: string, pieces: Iterable<string>): Promise<void> => {
      while (!this.reads)
        await new Promise<void>((resolve) => {
          this.#drained = resolve;
        });
      const { from, answer } = JSON.parse([...pieces].join(''));
      for (const time of this.points.keys()) if (time >= from * 1_000) this.points.delete(time);
      for (const [time, value] of answer) this.points.set(time, value);
    },
  };

  read(): void {
    this.reads = true;
    this.#drained();
  }
}

describe('subscriptions to one live query', () => {
  it('end up with what one query over all times would say, whatever comes late and whoever is slow', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (list) => {
        const clock = createSimulatedClock(START_MS);
        const samples: { readonly timeMs: number; readonly value: number }[] = [];
        /** The sum of all samples up to each step. */
        const pointsOf = (fromMs: number, throughMs: number): [number, string][] => {
          const points: [number, string][] = [];
          for (let time = fromMs; time <= throughMs; time += STEP_MS) {
            const known = samples.filter(({ timeMs }) => timeMs <= time && timeMs > time - 30_000);
            points.push([time, String(known.reduce((sum, { value }) => sum + value, 0))]);
          }
          return points;
        };
        let writes = 0;
        const evaluate: EvaluateLive<string> = async (_request, fromMs, throughMs) =>
          JSON.stringify(pointsOf(fromMs, throughMs));
        const request: LiveRequest = {
          key: 'x',
          query: 'x',
          stepMs: STEP_MS,
          startMs: START_MS - 5 * STEP_MS,
          asked: () => assert.fail('not asked for'),
        };
        const live = new LiveQuery({ clock, writes: () => writes, evaluate }, CONFIG, request);
        const controller = new AbortController();
        const clients = [new Client(), new Client(), new Client()];
        const loops = clients.map((client) => follow(client));

        async function follow(client: Client): Promise<void> {
          const subscription = new Subscription(
            { now: clock.now, evaluate: async (...what) => [await evaluate(...what)], settleMs: SETTLE_MS },
            live,
            request,
            0,
          );
          let wake = (): void => undefined;
          let isStale = true;
          const end = subscription.listen(() => {
            isStale = true;
            wake();
          });
          controller.signal.addEventListener('abort', () => wake());
          while (!controller.signal.aborted) {
            isStale = false;
            if (await subscription.bringUpToDate(client.stream, controller.signal)) isStale = true;
            if (!isStale && !controller.signal.aborted)
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
          }
          end();
        }

        for (const move of list) {
          if (move.kind === 'pass') await clock.advance(move.ms);
          else if (move.kind === 'write') {
            samples.push({ timeMs: clock.now() - move.agoMs, value: move.value });
            writes++;
            // Looked at once a second; nothing is written for a moment so that it is not too late by then.
            await clock.advance(1_500);
          } else if (move.kind === 'slow') clients[move.client]!.reads = false;
          else clients[move.client]!.read();
        }
        for (const client of clients) client.read();
        await clock.advance(2 * STEP_MS);
        await clock.advance(2 * STEP_MS);
        const newestMs = floorTo(clock.now(), STEP_MS);
        const expected = pointsOf(request.startMs, newestMs);
        for (const [i, client] of clients.entries())
          assert.deepEqual(
            [...client.points].sort(([a], [b]) => a - b),
            expected,
            `client ${i}`,
          );
        controller.abort();
        await Promise.all(loops);
        assert.equal(live.listeners, 0);
        assert.equal(clock.pendingTimers, 0);
      }),
      { numRuns: 100 },
    );
  });
});
