import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFrameQueue } from './frame-queue.ts';

test('every owner’s newest work is done, within as many frames as the rest needs, and no frame holds more than it may', () => {
  const step = fc.oneof(fc.nat({ max: 9 }), fc.constant('frame' as const));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (perFrame, steps) => {
      const frames: (() => void)[] = [];
      const queue = createFrameQueue(perFrame, (work) => frames.push(work));
      const owners = Array.from({ length: 10 }, () => ({ asked: 0, done: 0 }));
      let count = 0;
      let inFrame = 0;
      const draw = () => {
        inFrame = 0;
        frames.shift()?.();
        assert.ok(inFrame <= perFrame);
        assert.ok(frames.length <= 1);
      };
      for (const one of steps) {
        if (one === 'frame') draw();
        else {
          const owner = owners[one];
          assert.ok(owner);
          const own = ++count;
          owner.asked = own;
          queue.add(owner, () => {
            owner.done = own;
            inFrame++;
          });
        }
      }
      for (let frame = 0; frame < Math.ceil(owners.length / perFrame); frame++) draw();
      for (const { asked, done } of owners) assert.equal(done, asked);
      assert.equal(frames.length, 0);
    }),
  );
});

test('what is dropped is not done', () => {
  const frames: (() => void)[] = [];
  const queue = createFrameQueue(1, (work) => frames.push(work));
  const owner = {};
  queue.add(owner, () => assert.fail('dropped work was done'));
  queue.drop(owner);
  for (const frame of frames) frame();
});
