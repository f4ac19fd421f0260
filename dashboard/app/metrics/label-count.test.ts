import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countLabels, ownersOf } from './label-count.ts';

const series = [
  { __name__: 'a', job: 'shop', path: '/x' },
  { __name__: 'a', job: 'shop', path: '/y' },
  { __name__: 'a', job: 'pay', path: '/x' },
];

test('labels by the number of their values', () => {
  assert.deepEqual(countLabels(series, 1), [
    { name: 'job', values: 2, top: [['shop', 2]] },
    { name: 'path', values: 2, top: [['/x', 2]] },
  ]);
});

test('people own a metric before machines do', () => {
  assert.deepEqual(ownersOf(series), { label: 'job', owners: ['pay', 'shop'] });
  assert.deepEqual(ownersOf([{ job: 'shop', team: 'checkout' }]), { label: 'team', owners: ['checkout'] });
  assert.deepEqual(ownersOf([]), { label: '', owners: [] });
});

test('every series is counted once for each of its labels', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string({ minLength: 1 }), fc.string())), (sets) => {
      for (const { name, top } of countLabels(sets, 1e9)) {
        const counted = top.reduce((sum, [, count]) => sum + count, 0);
        assert.equal(counted, sets.filter((labels) => Object.hasOwn(labels, name)).length);
      }
    }),
  );
});
