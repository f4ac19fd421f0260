import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Counter, Gauge, Registry } from 'prom-client';
import { createQueryGate } from './query-gate.ts';

function gate(concurrentMax: number, waitingMax: number) {
  const registers = [new Registry()];
  const metrics = {
    running: new Gauge({ name: 'running', help: 'r', registers }),
    waiting: new Gauge({ name: 'waiting', help: 'w', registers }),
    refused: new Counter({ name: 'refused', help: 'x', registers }),
  };
  return { ...createQueryGate({ concurrentMax, waitingMax }, metrics), metrics };
}

const never = new AbortController().signal;

describe('the query gate', () => {
  it('runs so many at once and the others in their order', async () => {
    const { run } = gate(2, 10);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        run(never, async () => {
          most = Math.max(most, ++running);
          order.push(i);
          await new Promise((resolve) => setImmediate(resolve));
          running--;
        }),
      ),
    );
    assert.equal(most, 2);
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('refuses when too many wait, and says so', async () => {
    const { run, metrics } = gate(1, 1);
    let finish = (): void => assert.fail('not started');
    const first = run(never, () => new Promise<void>((resolve) => (finish = resolve)));
    const second = run(never, async () => 'second');
    await assert.rejects(
      run(never, async () => 'third'),
      /1 queries run and 1 wait; try again later/,
    );
    assert.equal((await metrics.refused.get()).values[0]?.value, 1);
    finish();
    await first;
    assert.equal(await second, 'second');
  });

  it('lets one that hangs up out of the queue, and goes on after a failure', async () => {
    const { run } = gate(1, 5);
    let fail = (_error: Error): void => assert.fail('not started');
    const first = run(never, () => new Promise<void>((_resolve, reject) => (fail = reject)));
    const hangUp = new AbortController();
    const second = run(hangUp.signal, async () => assert.fail('must not run'));
    const third = run(never, async () => 'third');
    hangUp.abort();
    await assert.rejects(second, /canceled while it waited/);
    fail(new Error('broken'));
    await assert.rejects(first, /broken/);
    assert.equal(await third, 'third');
  });
});
