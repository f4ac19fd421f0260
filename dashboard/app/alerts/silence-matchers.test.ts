import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsFromLink, matchersOf, matcherText, withOperator } from './silence-matchers.ts';

test('matchers are written as Alertmanager reads them', () => {
  const [one] = matchersOf({ service: 'sh"op' });
  assert.ok(one);
  assert.equal(matcherText(one), 'service="sh\\"op"');
  assert.equal(matcherText(withOperator(one, '!~')), 'service!~"sh\\"op"');
  assert.equal(matcherText({ ...one, name: 'été' }), '"été"="sh\\"op"');
});

test('a link’s labels come back, and nothing else', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
      assert.deepEqual({ ...labelsFromLink(JSON.stringify(labels)) }, { ...labels });
    }),
  );
  for (const text of ['', '[]', 'null', '{', '"x"', '{"a":1}']) assert.deepEqual(labelsFromLink(text), {});
});
