import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSimulatedClock } from './simulated-clock.ts';

describe('the simulated clock', () => {
  it('fires timers in order, each at its own moment', async () => {
    const clock = createSimulatedClock(0);
    const fired: string[] = [];
    clock.setTimeout(() => fired.push(`b@${clock.now()}`), 20);
    clock.setTimeout(() => fired.push(`a@${clock.now()}`), 10);
    const tick = clock.setInterval(() => fired.push(`t@${clock.now()}`), 15);
    await clock.advance(30);
    assert.deepEqual(fired, ['a@10', 't@15', 'b@20', 't@30']);
    tick.cancel();
    await clock.advance(100);
    assert.equal(fired.length, 4);
    assert.equal(clock.pendingTimers, 0);
  });

  it('fires what a woken promise schedules on the way', async () => {
    const clock = createSimulatedClock();
    let woken = 0;
    const work = (async () => {
      for (; woken < 3; woken++) await clock.sleep(1_000);
    })();
    await clock.advance(3_000);
    await work;
    assert.equal(woken, 3);
  });

  it('steps the wall clock without moving timers', async () => {
    const clock = createSimulatedClock(1_000_000);
    let fired = false;
    clock.setTimeout(() => (fired = true), 500);
    clock.step(-3_600_000);
    assert.equal(clock.now(), 1_000_000 - 3_600_000);
    assert.equal(fired, false);
    await clock.advance(500);
    assert.equal(fired, true);
  });

  it('rejects a sleep that is aborted', async () => {
    const clock = createSimulatedClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1_000, controller.signal);
    controller.abort(new Error('enough'));
    await assert.rejects(sleeping, /enough/);
    assert.equal(clock.pendingTimers, 0);
  });
});
