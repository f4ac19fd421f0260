import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import { createSender, type Sender } from '../send/sender.ts';
import { openSpool, type Spool } from './spool.ts';

type Event =
  | { readonly kind: 'collect'; readonly parcels: number }
  | { readonly kind: 'server'; readonly state: 'up' | 'down' | 'hanging' | 'answer lost' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'disk'; readonly freeBytes: number }
  | { readonly kind: 'restart'; readonly how: 'in order' | 'killed' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('collect' as const), parcels: fc.integer({ min: 1, max: 20 }) }),
  fc.record({
    kind: fc.constant('server' as const),
    state: fc.constantFrom('up' as const, 'down' as const, 'hanging' as const, 'answer lost' as const),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ kind: fc.constant('disk' as const), freeBytes: fc.constantFrom(0, 100, 1_000_000) }),
  fc.record({
    kind: fc.constant('restart' as const),
    how: fc.constantFrom('in order' as const, 'killed' as const),
  }),
);

/**
 * The agent's promise, over whatever comes: everything collected arrives, the first time in the order in which
 * it was collected, unless the spool's bound or an end while the disk was full took it; and after the last
 * trouble all is sent.
 */
test('what was collected arrives in order over outages, restarts, kills and full disks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(event, { maxLength: 40 }), async (seed, events) => {
      const random = createSeededRandom(seed);
      const disk = createSimulatedDisk(random);
      const clock = createSimulatedClock();
      const arrived: number[] = [];
      let server: 'up' | 'down' | 'hanging' | 'answer lost' = 'up';
      let diskWasFull = false;
      let mayBeLost = 0;
      let dropped = 0;
      let next = 0;
      let spool: Spool;
      let sender: Sender;

      const start = async () => {
        const onDrop = (items: number) => {
          dropped += items;
        };
        spool = await openSpool(
          { disk, log: silentLog, onDrop },
          { folder: '/spool', bytesMax: 20_000, segmentBytes: 700 },
        );
        sender = createSender({
          clock,
          random,
          queue: spool,
          observe: () => undefined,
          transport: async (body, _items, signal) => {
            if (server === 'hanging') {
              const aborted = clock.sleep(10_000, signal).then(
                () => undefined,
                () => undefined,
              );
              await aborted;
            }
            if (server === 'up' || server === 'answer lost')
              arrived.push(new DataView(body.buffer, body.byteOffset).getUint32(0));
            return server === 'up'
              ? { kind: 'delivered' }
              : { kind: 'retry', detail: server, retryAfterMs: null };
          },
        });
      };
      const restart = async (how: 'in order' | 'killed') => {
        // What waits in memory because the disk is full ends with the process.
        if (diskWasFull) mayBeLost = next;
        const old = { spool, sender };
        await old.sender.stop();
        if (how === 'in order') await old.spool.close();
        await start();
      };
      await start();
      for (const what of events) {
        if (what.kind === 'collect') {
          for (let i = 0; i < what.parcels; i++) {
            const body = new Uint8Array(40);
            new DataView(body.buffer).setUint32(0, next++);
            await sender!.add({ kind: 'metrics', items: 1, body });
          }
        } else if (what.kind === 'server') server = what.state;
        else if (what.kind === 'wait') await clock.advance(what.ms);
        else if (what.kind === 'disk') {
          disk.setFreeBytes(what.freeBytes);
          if (what.freeBytes < 1_000_000) diskWasFull = true;
        } else await restart(what.how);
      }
      server = 'up';
      disk.setFreeBytes(Number.POSITIVE_INFINITY);
      await sender!.add({ kind: 'metrics', items: 1, body: new Uint8Array([0xff, 0xff, 0xff, 0xff]) });
      await clock.advance(120_000);
      assert.equal(spool!.length, 0, 'all is sent in the end');
      const first = [...new Set(arrived)].filter((id) => id !== 0xffffffff);
      assert.deepEqual(
        first,
        first.toSorted((a, b) => a - b),
        'in order',
      );
      const missing = Array.from({ length: next }, (_, id) => id).filter((id) => !first.includes(id));
      const unexplained = missing.filter((id) => id >= mayBeLost).length - dropped;
      assert.ok(unexplained <= 0, `${unexplained} lost without a word, of ${next}: ${missing.join()}`);
    }),
    { numRuns: 150 },
  );
});
