import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { QueryResult } from '@tocsin/query/result.ts';
import { renderResult } from './render-result.ts';

const parse = (result: QueryResult): unknown => JSON.parse([...renderResult(result)].join(''));
const labels = labelsFromObject({ __name__: 'm', quote: '"<\u2028>' });

const histogram: Histogram = {
  schema: 0,
  counterReset: 'unknown',
  zeroThreshold: 0.5,
  zeroCount: 2,
  count: 7,
  sum: 9.5,
  positiveSpans: [{ offset: 1, length: 2 }],
  positiveBuckets: [3, 0],
  negativeSpans: [{ offset: 0, length: 1 }],
  negativeBuckets: [2],
  customBounds: [],
};

describe("a result as Prometheus' JSON", () => {
  it('writes scalars and strings', () => {
    assert.deepEqual(parse({ kind: 'scalar', timestampMs: 1_500, value: 1e-7 }), [1.5, '1e-07']);
    assert.deepEqual(parse({ kind: 'string', timestampMs: 0, value: 'a"b' }), [0, 'a"b']);
  });

  it('writes U+FFFD for what is no UTF-8, in labels and strings', () => {
    const broken = 'a\udcffb😀';
    assert.deepEqual(parse({ kind: 'string', timestampMs: 0, value: broken }), [0, 'a\ufffdb😀']);
    const [series] = parse({
      kind: 'vector',
      timestampMs: 0,
      labels: [labelsFromObject({ x: broken, y: '\\udcff' })],
      values: Float64Array.of(1),
      histograms: [null],
    }) as { metric: unknown }[];
    assert.deepEqual(series?.metric, { x: 'a\ufffdb😀', y: '\\udcff' });
  });

  it('writes every float a reader can take back', () => {
    const cases: readonly (readonly [value: number, text: string])[] = [
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, '+Inf'],
      [Number.NEGATIVE_INFINITY, '-Inf'],
      [-0, '-0'],
      [1e21, '1e+21'],
      [123456789012345680000, '123456789012345680000'],
      [5e-324, '5e-324'],
      [0.1, '0.1'],
    ];
    for (const [value, text] of cases)
      assert.deepEqual(parse({ kind: 'scalar', timestampMs: 0, value }), [0, text]);
  });

  it('writes vectors with floats and histograms', () => {
    const vector: QueryResult = {
      kind: 'vector',
      timestampMs: 60_001,
      labels: [labels, labels],
      values: Float64Array.of(3, Number.NaN),
      histograms: [null, histogram],
    };
    const metric = { __name__: 'm', quote: '"<\u2028>' };
    const buckets = [
      [1, '-1', '-0.5', '2'],
      [3, '-0.5', '0.5', '2'],
      [0, '1', '2', '3'],
    ];
    assert.deepEqual(parse(vector), [
      { metric, value: [60.001, '3'] },
      { metric, histogram: [60.001, { count: '7', sum: '9.5', buckets }] },
    ]);
    assert.deepEqual(parse({ ...vector, labels: [], values: new Float64Array(), histograms: null }), []);
  });

  it('writes matrices, with each list only when it holds something', () => {
    const series = { labels, timestampsMs: Float64Array.of(1_000, 2_000), values: Float64Array.of(1, 2) };
    const rendered = parse({
      kind: 'matrix',
      series: [
        series,
        { ...series, histograms: [histogram, histogram] },
        { ...series, histograms: [null, histogram] },
      ],
    }) as readonly Record<string, unknown[]>[];
    assert.deepEqual(
      rendered.map((entry) => [entry['values']?.length, entry['histograms']?.length]),
      [
        [2, undefined],
        [undefined, 2],
        [1, 1],
      ],
    );
    assert.deepEqual(rendered[0]!['values'], [
      [1, '1'],
      [2, '2'],
    ]);
  });
});
