import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSeriesNotation, parseValues } from './series-notation.ts';

describe('parseSeriesNotation', () => {
  it('reads floats, steps, gaps and stale markers', () => {
    assert.deepEqual(parseSeriesNotation('up{job="a"} 1 0+2x3 _ _x2 stale -1-0.5x1 NaN Inf 1e3'), {
      labels: ['__name__', 'up', 'job', 'a'],
      values: [
        1,
        0,
        2,
        4,
        6,
        null,
        null,
        null,
        'stale',
        -1,
        -1.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        1000,
      ],
    });
    assert.deepEqual(parseValues('2x2 0+0x10').length, 14);
  });

  it('reads names and labels of all kinds', () => {
    assert.deepEqual(parseSeriesNotation('{} 1').labels, []);
    assert.deepEqual(parseSeriesNotation('{"my.metric", "a b"="}"} 1').labels, [
      '__name__',
      'my.metric',
      'a b',
      '}',
    ]);
    assert.deepEqual(parseSeriesNotation('a:b:c 1').labels, ['__name__', 'a:b:c']);
  });

  it('reads histograms and their steps', () => {
    const [first, second] = parseValues(
      '{{schema:1 sum:4 count:3 buckets:[1 0 2] z_bucket:1}}+{{count:1 sum:2 z_bucket:1}}x1',
    );
    assert.ok(typeof first === 'object' && first !== null && typeof second === 'object' && second !== null);
    assert.deepEqual(first.positiveSpans, [
      { offset: 0, length: 1 },
      { offset: 1, length: 1 },
    ]);
    assert.deepEqual([second.count, second.sum, second.zeroCount], [4, 6, 2]);
  });

  for (const [line, detail] of [
    ['up 1 two', /"two"/],
    ['1 2', /starts with no metric/],
    ['up{a="b" 1', /brace is not closed/],
    ['up{a=~"b"} 1', /not a label/],
    ['up {{count:x}}', /no number/],
    ['up {{height:3}}', /unknown field "height"/],
  ] as const) {
    it(`refuses ${line}`, () => assert.throws(() => parseSeriesNotation(line), detail));
  }

  it('ends with a value or an Error, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'up',
            '{',
            '}',
            'a="b"',
            ' ',
            '1',
            '+',
            'x3',
            '_',
            'stale',
            '{{',
            '}}',
            'count:1',
            '-',
            'x999999999',
          ),
          { maxLength: 10 },
        ),
        (parts) => {
          try {
            parseSeriesNotation(parts.join(''));
          } catch (error) {
            assert.ok(error instanceof Error);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
