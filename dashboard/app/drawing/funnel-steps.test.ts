import assert from 'node:assert/strict';
import { test } from 'node:test';
import { funnelSteps } from './funnel-steps.ts';

test('steps go from many to few, each with its share of the one before', () => {
  const steps = funnelSteps([
    { name: 'paid', count: 25.4 },
    { name: 'cart', count: 200 },
    { name: 'a very long name of a step', count: 100 },
    { name: 'never', count: Number.NaN },
  ]);
  assert.deepEqual(
    steps.map(({ label, note }) => [label, note]),
    [
      ['cart', '200'],
      ['a very long n…', '100 · 50%'],
      ['paid', '25 · 25.4%'],
    ],
  );
});

test('of steps that as many took, the one that sounds like an end is the last', () => {
  const steps = funnelSteps([
    { name: 'done', count: 10 },
    { name: 'payment', count: 10 },
  ]);
  assert.deepEqual(
    steps.map(({ label }) => label),
    ['payment', 'done'],
  );
});

test('a funnel nobody entered divides by nothing', () => {
  const steps = funnelSteps([
    { name: 'a', count: 0 },
    { name: 'b', count: 0 },
  ]);
  assert.deepEqual(
    steps.map(({ note }) => note),
    ['0', '0'],
  );
});
