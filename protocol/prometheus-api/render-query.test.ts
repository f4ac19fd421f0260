import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CUSTOM_BOUNDS_SCHEMA, type Histogram } from '../histogram/histogram.ts';
import { renderError, statusOfError } from './error-envelope.ts';
import type { QueryResult } from './query-result.ts';
import { renderQuery } from './render-query.ts';
import { renderFloat } from './render-sample.ts';

const histogram: Histogram = {
  schema: CUSTOM_BOUNDS_SCHEMA,
  counterReset: 'unknown',
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3,
  sum: 4.5,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: [1, 2],
  negativeSpans: [],
  negativeBuckets: [],
  customBounds: [1],
};

const body = (result: QueryResult, warnings: string[] = [], infos: string[] = []) =>
  JSON.parse([...renderQuery({ result, warnings, infos })].join(''));

describe('renderQuery', () => {
  it('writes each kind of result as Prometheus does', () => {
    assert.deepEqual(body({ kind: 'scalar', timestampMs: 1500, value: Number.NaN }), {
      status: 'success',
      data: { resultType: 'scalar', result: [1.5, 'NaN'] },
    });
    assert.deepEqual(body({ kind: 'string', timestampMs: 0, value: 'a"b' }).data, {
      resultType: 'string',
      result: [0, 'a"b'],
    });
    const vector: QueryResult = {
      kind: 'vector',
      timestampMs: 1000,
      labels: [['__name__', 'up', 'a', 'é"'], []],
      values: Float64Array.of(Number.POSITIVE_INFINITY, Number.NaN),
      histograms: [null, histogram],
    };
    assert.deepEqual(body(vector, ['w'], ['i']), {
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          { metric: { __name__: 'up', a: 'é"' }, value: [1, '+Inf'] },
          {
            metric: {},
            histogram: [
              1,
              {
                count: '3',
                sum: '4.5',
                buckets: [
                  [3, '-Inf', '1', '1'],
                  [0, '1', '+Inf', '2'],
                ],
              },
            ],
          },
        ],
      },
      warnings: ['w'],
      infos: ['i'],
    });
    const matrix: QueryResult = {
      kind: 'matrix',
      series: [
        {
          labels: ['a', 'b'],
          timestampsMs: Float64Array.of(1000, 2500, 3000),
          values: Float64Array.of(1, Number.NaN, 2),
          histograms: [null, histogram, null],
        },
      ],
    };
    const [series] = body(matrix).data.result;
    assert.deepEqual(series.values, [
      [1, '1'],
      [3, '2'],
    ]);
    assert.equal(series.histograms[0][0], 2.5);
  });

  it('comes in pieces', () => {
    const labels = Array.from({ length: 5000 }, (_, i) => ['a', `value ${i}`]);
    const result: QueryResult = {
      kind: 'vector',
      timestampMs: 0,
      labels,
      values: new Float64Array(5000),
      histograms: null,
    };
    const pieces = [...renderQuery({ result, warnings: [], infos: [] })];
    assert.ok(pieces.length > 3);
    assert.equal(JSON.parse(pieces.join('')).data.result.length, 5000);
  });

  it('writes floats that read the same again', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.equal(Number(renderFloat(value)), value);
      }),
    );
    assert.deepEqual([1e21, 1.5e-7, 123456789, -0.5].map(renderFloat), [
      '1e+21',
      '1.5e-07',
      '123456789',
      '-0.5',
    ]);
  });

  it('answers errors with their type and status', () => {
    assert.equal(renderError('bad_data', 'x'), '{"status":"error","errorType":"bad_data","error":"x"}');
    assert.equal(statusOfError('execution'), 422);
  });
});
