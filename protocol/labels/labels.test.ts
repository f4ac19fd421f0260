import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  compareLabels,
  compareStrings,
  dropLabels,
  equalLabels,
  formatLabels,
  getLabel,
  keepLabels,
  type Labels,
  labelsFromObject,
  labelsFromPairs,
  labelsKey,
  labelsToObject,
  withLabel,
} from './labels.ts';

const anyLabels = fc
  .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 4 })))
  .map(labelsFromPairs);

describe('labels', () => {
  it('sorts by name and drops empty values', () => {
    assert.deepEqual(labelsFromObject({ b: '2', __name__: 'up', a: '1', c: '' }), [
      '__name__',
      'up',
      'a',
      '1',
      'b',
      '2',
    ]);
  });

  it('keeps a label called __proto__', () => {
    const labels = labelsFromPairs([['__proto__', 'x']]);
    assert.equal(Object.keys(labelsToObject(labels))[0], '__proto__');
    assert.equal(getLabel(labels, '__proto__'), 'x');
  });

  it('sets, replaces and removes a label', () => {
    const labels = labelsFromObject({ a: '1', c: '3' });
    assert.deepEqual(withLabel(labels, 'b', '2'), ['a', '1', 'b', '2', 'c', '3']);
    assert.deepEqual(withLabel(labels, 'c', '4'), ['a', '1', 'c', '4']);
    assert.deepEqual(withLabel(labels, 'a', ''), ['c', '3']);
    assert.deepEqual(withLabel([], 'z', '9'), ['z', '9']);
  });

  it('formats as PromQL writes it', () => {
    assert.equal(formatLabels(labelsFromObject({ __name__: 'up', job: 'a"b' })), 'up{job="a\\"b"}');
    assert.equal(formatLabels(labelsFromObject({ __name__: 'up' })), 'up');
    assert.equal(
      formatLabels(labelsFromObject({ __name__: 'my.metric', 'x.y': '1' })),
      '{"my.metric", "x.y"="1"}',
    );
    assert.equal(formatLabels([]), '{}');
  });

  it('keys are equal exactly when labels are', () => {
    fc.assert(
      fc.property(anyLabels, anyLabels, (a: Labels, b: Labels) => {
        assert.equal(labelsKey(a) === labelsKey(b), equalLabels(a, b));
        assert.equal(compareLabels(a, b) === 0, equalLabels(a, b));
      }),
    );
  });

  it('withLabel agrees with rebuilding the set', () => {
    fc.assert(
      fc.property(
        anyLabels,
        fc.string({ maxLength: 3 }),
        fc.string({ maxLength: 3 }),
        (labels, name, value) => {
          const object = labelsToObject(labels);
          assert.deepEqual(
            withLabel(labels, name, value),
            labelsFromPairs([...Object.entries(object), [name, value]]),
          );
        },
      ),
    );
  });

  it('keep and drop divide the set', () => {
    const labels = labelsFromObject({ a: '1', b: '2', c: '3' });
    const names = new Set(['a', 'c', 'x']);
    assert.deepEqual(keepLabels(labels, names), ['a', '1', 'c', '3']);
    assert.deepEqual(dropLabels(labels, names), ['b', '2']);
  });

  it('orders strings by their UTF-8 bytes', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 5 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareStrings(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    assert.equal(compareStrings('\uffee', '\u{1F600}') < 0, true);
  });
});
