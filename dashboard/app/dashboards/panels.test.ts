import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetOf } from './error-budget.ts';
import { gradeOf } from './grade.ts';
import { joinSamples } from './join-samples.ts';
import { reduceValues } from './reduce-values.ts';

test('the error budget of an objective', () => {
  const { good, left, burn } = budgetOf(0.002, 0.999);
  assert.deepEqual(
    [good, left, burn].map((value) => value.toFixed(3)),
    ['0.998', '-1.000', '2.000'],
  );
  assert.equal(budgetOf(0, 0.99).left, 1);
  assert.ok(Number.isNaN(budgetOf(undefined, 0.99).left));
});

test('the highest threshold reached gives the colour', () => {
  const thresholds = [
    { value: 90, tone: 'bad' },
    { value: 0, tone: 'good' },
    { value: 50, tone: 'warn' },
  ] as const;
  assert.deepEqual(
    [-1, 0, 60, 95, undefined].map((value) => gradeOf(value, thresholds)),
    [undefined, 'var(--good)', 'var(--warn)', 'var(--bad)', undefined],
  );
});

test('a line’s values as one number; what is no number does not count', () => {
  const values = [3, Number.NaN, 1, 2];
  assert.deepEqual(
    (['last', 'mean', 'min', 'max', 'sum'] as const).map((how) => reduceValues(values, how)),
    [2, 2, 1, 3, 6],
  );
  assert.equal(reduceValues([Number.NaN], 'last'), undefined);
});

test('the same labels of two queries are one row', () => {
  const { labels, rows } = joinSamples(
    [
      { name: '', labels: { __name__: 'a', job: 'x' }, value: 1, query: 0 },
      { name: '', labels: { __name__: 'b', job: 'x' }, value: 2, query: 1 },
      { name: '', labels: { __name__: 'a', job: 'y' }, value: 3, query: 0 },
    ],
    2,
  );
  assert.deepEqual(labels, ['job']);
  assert.deepEqual(
    rows.map(({ labels: own, values }) => [own['job'], values]),
    [
      ['y', [3, undefined]],
      ['x', [1, 2]],
    ],
  );
});
