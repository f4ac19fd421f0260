import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { movementOf } from './unusual.ts';

const course = (before: readonly number[], during: readonly number[]) => {
  const values = [...before, ...during];
  const times = values.map((_, index) => index * 10);
  return movementOf(times, values, before.length * 10, values.length * 10);
};
const noise = (level: number, count: number) =>
  Array.from({ length: count }, (_, index) => level * (1 + 0.05 * Math.sin(index * 2.4)));

test('a jump is more unusual than noise, and a louder line has to jump further', () => {
  const jump = course(noise(10, 60), noise(30, 15));
  const quiet = course(noise(10, 60), noise(10, 15));
  assert.ok(jump && quiet);
  assert.equal(jump.kind, 'rose');
  assert.ok(jump.score > 20 && quiet.score < 1.5, `${jump.score} ${quiet.score}`);
  const loud = course(
    noise(10, 60).map((value, index) => value + (index % 2) * 15),
    noise(30, 15),
  );
  assert.ok(loud && loud.score < jump.score);
});

test('lines that appear, vanish, fall, or leave their range for a moment', () => {
  assert.equal(course([], noise(5, 10))?.kind, 'appeared');
  assert.equal(course(noise(5, 20), [])?.kind, 'vanished');
  assert.equal(course(noise(5, 20), noise(1, 10))?.kind, 'fell');
  const spike = course(noise(5, 40), [...noise(5, 9), 80, ...noise(5, 9)]);
  assert.ok(spike && spike.score > 10);
  assert.deepEqual([spike.kind, spike.during], ['unsteady', 80]);
  assert.equal(course([], [0, 0, 0, 0, 0]), undefined);
});

test('a constant that stays is not unusual, whatever it is', () => {
  for (const value of [0, 1e-9, 1e12, -7]) {
    const movement = course(new Array(20).fill(value), new Array(10).fill(value));
    assert.ok(movement && movement.score < 1e-6, `${value}: ${movement?.score}`);
  }
});

test('the score is a number between 0 and its bound for any numbers', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double(), { maxLength: 40 }),
      fc.array(fc.double(), { maxLength: 40 }),
      (before, during) => {
        const movement = course(before, during);
        if (movement !== undefined)
          assert.ok(movement.score >= 0 && movement.score <= 1000, String(movement.score));
      },
    ),
  );
});

test('the unit of a line does not change how unusual it is', () => {
  const values = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 8, maxLength: 30 });
  fc.assert(
    fc.property(values, values, (before, during) => {
      const [one, thousand] = [1, 1000].map((scale) =>
        course(
          before.map((value) => value * scale),
          during.map((value) => value * scale),
        ),
      );
      assert.ok(one && thousand);
      assert.ok(Math.abs(one.score - thousand.score) <= 1e-6 * Math.max(1, one.score));
    }),
  );
});
