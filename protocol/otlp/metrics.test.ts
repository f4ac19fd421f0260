import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../protobuf/decode-error.ts';
import type { Attribute } from './any-value.ts';
import type {
  ExponentialBuckets,
  Metric,
  MetricData,
  MetricsRequest,
  OtlpExemplar,
  PointBase,
} from './metric.ts';
import { encodeMetricsRequest } from './metrics-encode.ts';
import { decodeMetricsRequestJson } from './metrics-json.ts';
import { encodeMetricsRequestJson } from './metrics-json-encode.ts';
import { decodeMetricsRequest } from './metrics-protobuf.ts';
import { otlpMetricsToSeries } from './prometheus/metrics-to-series.ts';
import { createRefusals } from './refusals.ts';

const plain = { noNullPrototype: true };
const text = fc.string({ unit: 'grapheme', maxLength: 6 });
const ns = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const count = fc.maxSafeNat();
const attributes: fc.Arbitrary<Attribute[]> = fc.array(
  fc.record({ key: text, value: text.map((value) => ({ kind: 'string' as const, value })) }, plain),
  { maxLength: 3 },
);
const base: fc.Arbitrary<PointBase> = fc.record(
  { attributes, startTimeNs: ns, timeNs: ns, flags: fc.nat(3) },
  plain,
);
const double = fc.double().map((value) => (value === 0 ? 0 : value));
const measured = fc.oneof(
  double.map((value) => ({ value, integer: false })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
    const near = Number(value);
    return { value: Number.isSafeInteger(near) ? near : value, integer: true };
  }),
);
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'));
const exemplars: fc.Arbitrary<OtlpExemplar[]> = fc.array(
  fc
    .tuple(
      fc.record({ filteredAttributes: attributes, timeNs: ns, traceId: hex(16), spanId: hex(8) }, plain),
      measured,
    )
    .map(([rest, value]) => ({ ...rest, ...value })),
  { maxLength: 2 },
);
const number = fc.tuple(base, measured, exemplars).map(([point, value, seen]) => ({
  ...point,
  ...value,
  exemplars: seen,
}));
const optional = fc.record({ sum: double, min: double, max: double }, { requiredKeys: [], ...plain });
const histogram = fc
  .tuple(
    base,
    optional,
    count,
    fc.array(count, { maxLength: 4 }),
    fc.array(double, { maxLength: 3 }),
    exemplars,
  )
  .map(([point, extremes, total, bucketCounts, explicitBounds, seen]) => ({
    ...point,
    ...extremes,
    count: total,
    bucketCounts,
    explicitBounds,
    exemplars: seen,
  }));
const buckets: fc.Arbitrary<ExponentialBuckets> = fc.record(
  { offset: fc.integer(), counts: fc.array(count, { maxLength: 4 }) },
  plain,
);
const exponential = fc
  .tuple(
    base,
    optional,
    fc.record(
      {
        count,
        scale: fc.integer({ min: -12, max: 22 }),
        zeroCount: count,
        zeroThreshold: double,
        positive: buckets,
        negative: buckets,
      },
      plain,
    ),
    exemplars,
  )
  .map(([point, extremes, shape, seen]) => ({ ...point, ...extremes, ...shape, exemplars: seen }));
const summary = fc
  .tuple(
    base,
    count,
    double,
    fc.array(fc.record({ quantile: double, value: double }, plain), { maxLength: 3 }),
  )
  .map(([point, total, sum, quantiles]) => ({ ...point, count: total, sum, quantiles }));
const temporality = fc.constantFrom('unspecified' as const, 'delta' as const, 'cumulative' as const);
const some = <Point>(point: fc.Arbitrary<Point>) => fc.array(point, { maxLength: 2 });
const data: fc.Arbitrary<MetricData> = fc.oneof(
  fc.constant<MetricData>({ kind: 'none' }),
  some(number).map((points): MetricData => ({ kind: 'gauge', points })),
  fc
    .tuple(some(number), temporality, fc.boolean())
    .map(([points, over, monotonic]): MetricData => ({ kind: 'sum', points, temporality: over, monotonic })),
  fc
    .tuple(some(histogram), temporality)
    .map(([points, over]): MetricData => ({ kind: 'histogram', points, temporality: over })),
  fc
    .tuple(some(exponential), temporality)
    .map(([points, over]): MetricData => ({ kind: 'exponential_histogram', points, temporality: over })),
  some(summary).map((points): MetricData => ({ kind: 'summary', points })),
);
const metric: fc.Arbitrary<Metric> = fc.record({ name: text, description: text, unit: text, data }, plain);
const request: fc.Arbitrary<MetricsRequest> = some(
  fc.record(
    {
      resource: fc.record({ attributes }, plain),
      scopeMetrics: some(
        fc.record(
          {
            scope: fc.record({ name: text, version: text, attributes }, plain),
            metrics: fc.array(metric, { maxLength: 3 }),
          },
          plain,
        ),
      ),
    },
    plain,
  ),
).map((resourceMetrics) => ({ resourceMetrics }));

describe('OTLP metrics', () => {
  it('reads back what it writes, protobuf and JSON', () => {
    fc.assert(
      fc.property(request, (sent) => {
        assert.deepEqual(decodeMetricsRequest(encodeMetricsRequest(sent)), sent);
        assert.deepEqual(decodeMetricsRequestJson(Buffer.from(encodeMetricsRequestJson(sent))), sent);
      }),
      { numRuns: 200 },
    );
  });

  it('throws nothing but DecodeError on damaged and random bytes', () => {
    const decodeAny = (decode: () => MetricsRequest): void => {
      try {
        otlpMetricsToSeries(decode(), createRefusals());
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    };
    fc.assert(
      fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), (sent, at, byte, cut) => {
        const bytes = encodeMetricsRequest(sent);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodeAny(() => decodeMetricsRequest(cut ? bytes.subarray(0, at % (bytes.length + 1)) : bytes));
        const json = Buffer.from(encodeMetricsRequestJson(sent));
        json[at % json.length] = byte;
        decodeAny(() => decodeMetricsRequestJson(json));
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeAny(() => decodeMetricsRequest(bytes))));
  });

  it('reads repeated numbers packed and unpacked, and JSON numbers as strings', () => {
    const body = {
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'm',
                  histogram: {
                    aggregationTemporality: 2,
                    dataPoints: [
                      {
                        timeUnixNano: '1',
                        count: 3,
                        bucketCounts: ['1', 2],
                        explicitBounds: [0.5],
                        sum: 'NaN',
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
    };
    const decoded = decodeMetricsRequestJson(Buffer.from(JSON.stringify(body)));
    const found = decoded.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.data;
    assert.ok(found?.kind === 'histogram');
    assert.deepEqual(found.points[0]?.bucketCounts, [1, 2]);
    assert.ok(Number.isNaN(found.points[0]?.sum));
  });
});
