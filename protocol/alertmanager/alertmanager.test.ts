import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { labelsFromObject } from '../labels/labels.ts';
import { fingerprint, formatLabelSet } from './alert.ts';
import { formatMatchers, MatcherSyntaxError, parseMatcher, parseMatchers } from './parse-matchers.ts';

describe('fingerprints', () => {
  it('are FNV-1a of names and values', () => {
    assert.equal(fingerprint([]), 'cbf29ce484222325');
    const bigFnv = (labels: readonly string[]) => {
      let hash = 0xcbf29ce484222325n;
      for (const text of labels) {
        for (const byte of [...Buffer.from(text), 255]) {
          hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
        }
      }
      return hash.toString(16).padStart(16, '0');
    };
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (object) => {
        const labels = labelsFromObject(object);
        assert.equal(fingerprint(labels), bigFnv(labels));
      }),
    );
  });
});

describe('label sets', () => {
  it('are written without quotes around names, as Alertmanager 0.33 does in group keys', () => {
    assert.equal(formatLabelSet([]), '{}');
    assert.equal(formatLabelSet(labelsFromObject({ b: 'x"', 'a.ü': '☃' })), '{a.ü="☃", b="x\\""}');
  });
});

describe('matchers', () => {
  it('read what Alertmanager reads', () => {
    assert.deepEqual(parseMatchers('{a="b", c=~"d.*",}'), [
      { kind: '=', name: 'a', value: 'b' },
      { kind: '=~', name: 'c', value: 'd.*' },
    ]);
    assert.deepEqual(parseMatchers(' a = b '), [{ kind: '=', name: 'a', value: 'b' }]);
    assert.deepEqual(parseMatchers('"my name"!="x\\"y\\n"'), [
      { kind: '!=', name: 'my name', value: 'x"y\n' },
    ]);
    assert.deepEqual(parseMatchers('a=""'), [{ kind: '=', name: 'a', value: '' }]);
    assert.deepEqual(parseMatchers('a=two words'), [{ kind: '=', name: 'a', value: 'two words' }]);
    assert.deepEqual(parseMatchers('a!~b|c'), [{ kind: '!~', name: 'a', value: 'b|c' }]);
    assert.deepEqual(parseMatchers('{}'), []);
    assert.deepEqual(parseMatchers('ключ=значение'), [{ kind: '=', name: 'ключ', value: 'значение' }]);
  });

  for (const bad of [
    'a',
    'a="b',
    'a=b,,c=d',
    'a=b,c',
    "a='b,c'",
    '{a="b" c="d"}',
    '{="b"}',
    'a=~"("',
    '""=b',
  ]) {
    it(`refuse ${bad}`, () => assert.throws(() => parseMatchers(bad), MatcherSyntaxError));
  }

  it('are read in the older syntax where the newer has no reading', () => {
    const read = (text: string) => parseMatchers(text).map(({ name, kind, value }) => name + kind + value);
    assert.deepEqual(read('{a="b"'), ['a=b']);
    assert.deepEqual(read('a="b"}'), ['a=b']);
    assert.deepEqual(read('{a==b}'), ['a==b']);
    assert.deepEqual(read('{a=b}}'), ['a=b}']);
    assert.deepEqual(read('a=b c,d="e,f",g='), ['a=b c', 'd=e,f', 'g=']);
    assert.deepEqual(read('{a=two words, b=~"x|y"}'), ['a=two words', 'b=~x|y']);
  });

  it('come back as they were written', () => {
    const matcher = fc.record(
      {
        kind: fc.constantFrom('=' as const, '!=' as const),
        name: fc.string({ minLength: 1, unit: fc.constantFrom(...'abc_: "\\\n{}=é') }),
        value: fc.string({ unit: fc.constantFrom(...'abc"\\\n{}=~, é') }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(matcher), (matchers) => {
        assert.deepEqual(parseMatchers(formatMatchers(matchers)), matchers);
      }),
    );
  });

  it('refuse any other text with their own error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab{}=~!,"\\ \n(') }), (text) => {
        try {
          parseMatcher(text);
        } catch (error) {
          assert.ok(error instanceof MatcherSyntaxError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
