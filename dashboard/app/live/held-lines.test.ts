import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutHeld, type HeldLines, joinPart } from './held-lines.ts';

const step = 5;
/** A line with a point at each step in a range, whose value is its time. */
const line = (name: string, from: number, through: number) => {
  const times: number[] = [];
  for (let time = from; time <= through; time += step) times.push(time);
  return { name: '', labels: { name }, times, values: times.map((time) => time * 2) };
};
const held = (from: number, through: number, ...names: string[]): HeldLines => ({
  fromSeconds: from,
  throughSeconds: through,
  stepSeconds: step,
  lines: names.map((name) => line(name, from, through)),
});

test('parts in any cut are the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }), (sizes) => {
      let now: HeldLines | undefined = held(0, 50, 'a');
      let through = 50;
      for (const size of sizes) {
        // Late samples let the last two points come again.
        const from = through - step;
        through += size * step;
        now =
          now &&
          joinPart(now, { fromSeconds: from, throughSeconds: through, lines: [line('a', from, through)] }, 0);
      }
      assert.ok(now);
      assert.deepEqual(cutHeld(now, 0, through), [line('a', 0, through)]);
    }),
  );
});

test('a part replaces its time, lines come and go, and old points are dropped', () => {
  const young = { ...line('a', 45, 60), values: [1, 2, 3, 4] };
  const joined = joinPart(
    held(0, 50, 'a', 'gone'),
    { fromSeconds: 45, throughSeconds: 60, lines: [young, line('new', 60, 60)] },
    40,
  );
  assert.ok(joined);
  assert.deepEqual(
    joined.lines.map(({ labels, times, values }) => [labels['name'], times, values]),
    [
      ['a', [40, 45, 50, 55, 60], [80, 1, 2, 3, 4]],
      ['gone', [40], [80]],
      ['new', [60], [120]],
    ],
  );
});

test('what leaves a hole is refused, and what is not held is not given', () => {
  assert.equal(joinPart(held(0, 50, 'a'), { fromSeconds: 60, throughSeconds: 60, lines: [] }, 0), undefined);
  assert.equal(cutHeld(held(10, 50, 'a'), 5, 50), undefined);
  assert.equal(cutHeld(held(10, 50, 'a'), 10, 55), undefined);
  assert.equal(cutHeld(held(10, 50, 'a'), 20, 30)?.[0]?.times.join(), '20,25,30');
});
