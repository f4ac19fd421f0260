import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatLabels } from '../../labels/labels.ts';
import { isStaleAt } from '../../series/stale.ts';
import type { WriteSeries } from '../../series/write-series.ts';
import { attributesOf } from '../any-value-of.ts';
import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  Metric,
  MetricData,
  NumberPoint,
} from '../metric.ts';
import { createRefusals } from '../refusals.ts';
import { formatDecimal } from './decimal.ts';
import { toNativeHistogram } from './exponential-histogram.ts';
import { prometheusLabelName } from './label-name.ts';
import { prometheusMetricName } from './metric-name.ts';
import { otlpMetricsToSeries } from './metrics-to-series.ts';

const point = { attributes: [], startTimeNs: 0n, timeNs: 1_500_000_000n, flags: 0 };
const one: NumberPoint = { ...point, value: 1, integer: true, exemplars: [] };
const gauge: MetricData = { kind: 'gauge', points: [one] };
const counter: MetricData = { kind: 'sum', points: [one], temporality: 'cumulative', monotonic: true };

function metric(name: string, unit = '', data: MetricData = gauge): Metric {
  return { name, unit, description: 'What it says', data };
}

function translate(metrics: readonly Metric[], resource: object = {}) {
  const refusals = createRefusals();
  const scope = { name: 'lib', version: '1', attributes: [] };
  const request = {
    resourceMetrics: [
      { resource: { attributes: attributesOf(resource) }, scopeMetrics: [{ scope, metrics }] },
    ],
  };
  const translated = otlpMetricsToSeries(request, refusals);
  return { ...translated, refusals };
}

function lines(series: readonly WriteSeries[]): string[] {
  return series.map(
    ({ labels, values, timestampsMs }) =>
      `${formatLabels(labels)} ${values.join(',')} @${timestampsMs.join(',')}`,
  );
}

describe('OTLP metrics as Prometheus series', () => {
  it('says when counters began, and nothing of gauges', () => {
    const since = { ...one, startTimeNs: 1_000_000_000n };
    const { series } = translate([
      metric('gauge', '', { kind: 'gauge', points: [since] }),
      metric('up_and_down', '', {
        kind: 'sum',
        points: [since],
        temporality: 'cumulative',
        monotonic: false,
      }),
      metric('counter', '', {
        kind: 'sum',
        points: [since, one],
        temporality: 'cumulative',
        monotonic: true,
      }),
    ]);
    assert.deepEqual(
      series.map(({ startsMs }) => (startsMs ? [...startsMs] : null)),
      [null, null, [1_000, 0]],
    );
  });

  it('names metrics by unit and kind', () => {
    const cases: readonly [name: string, unit: string, data: MetricData, expected: string][] = [
      ['http.server.request.duration', 's', gauge, 'http_server_request_duration_seconds'],
      ['requests', '', counter, 'requests_total'],
      ['total.requests', '{request}', counter, 'requests_total'],
      ['io', 'By', counter, 'io_bytes_total'],
      ['io.bytes', 'By', counter, 'io_bytes_total'],
      ['speed', 'm/s', gauge, 'speed_meters_per_second'],
      ['rate', '{packet}/s', gauge, 'rate_per_second'],
      ['cpu.utilization', '1', gauge, 'cpu_utilization_ratio'],
      ['hits', '1', counter, 'hits_total'],
      ['memory_', 'MiBy', gauge, 'memory_mebibytes'],
      ['a__b..c', '', gauge, 'a_b_c'],
      ['1st', '', gauge, '_1st'],
      ['x', 'req/min', gauge, 'x_req_per_min'],
      ['x', 'a b', gauge, 'x_a_b'],
      ['ns:x', '%', gauge, 'ns:x_percent'],
      ['é', '', gauge, ''],
    ];
    for (const [name, unit, data, expected] of cases)
      assert.equal(prometheusMetricName(metric(name, unit, data)), expected, `${name} in ${unit}`);
  });

  it('names labels', () => {
    assert.equal(prometheusLabelName('http.method'), 'http_method');
    assert.equal(prometheusLabelName('1st'), 'key_1st');
    assert.equal(prometheusLabelName('_x'), 'key_x');
    assert.equal(prometheusLabelName('__x'), '__x');
    assert.equal(prometheusLabelName('😀'), 'key_');
    assert.equal(prometheusLabelName('日本'), 'key__');
  });

  it('makes job, instance and target_info of the resource', () => {
    const { series, metadata } = translate([metric('up')], {
      'service.name': 'shop',
      'service.namespace': 'eu',
      'service.instance.id': 'a1',
      'host.name': 'h',
    });
    assert.deepEqual(lines(series), [
      'up{instance="a1", job="eu/shop"} 1 @1500',
      'target_info{host_name="h", instance="a1", job="eu/shop"} 1 @1500',
    ]);
    assert.deepEqual(
      metadata.map(({ metric: name, type }) => `${name} ${type}`),
      ['up gauge', 'target_info gauge'],
    );
    assert.deepEqual(lines(translate([metric('up')], { 'host.name': 'h' }).series), ['up 1 @1500']);
  });

  it('joins attributes that become one label, and lets none set the name or the job', () => {
    const attributes = attributesOf({ 'a.b': '1', a_b: 2, __name__: 'z', job: 'mine' });
    const data: MetricData = { kind: 'gauge', points: [{ ...one, attributes }] };
    assert.deepEqual(lines(translate([metric('m', '', data)], { 'service.name': 's' }).series), [
      'm{a_b="1;2", job="s"} 1 @1500',
    ]);
  });

  it('refuses delta and counts it, and keeps the rest', () => {
    const delta: MetricData = { kind: 'sum', points: [one, one], temporality: 'delta', monotonic: true };
    const { series, refusals } = translate([
      metric('d', '', delta),
      metric('good'),
      metric('x', '', { kind: 'gauge', points: [{ ...one, timeNs: 0n }] }),
      metric('', '', gauge),
    ]);
    assert.equal(series.length, 1);
    assert.equal(refusals.rejected, 4);
    assert.match(
      refusals.partialSuccess().errorMessage,
      /2 refused: delta temporality.*1 refused: the point has no time \(metric x\)/,
    );
  });

  it('makes classic buckets, cumulative, with exemplars where they belong', () => {
    const exemplar = {
      filteredAttributes: attributesOf({ user: 'u' }),
      timeNs: 2_000_000n,
      value: 0.7,
      integer: false,
      traceId: 'ab',
      spanId: 'cd',
    };
    const histogram: HistogramPoint = {
      ...point,
      count: 6,
      sum: 5.5,
      bucketCounts: [1, 2, 3],
      explicitBounds: [1e-7, 1],
      exemplars: [exemplar],
    };
    const data: MetricData = { kind: 'histogram', points: [histogram], temporality: 'cumulative' };
    const { series } = translate([metric('h', 's', data)]);
    assert.deepEqual(lines(series), [
      'h_seconds_sum 5.5 @1500',
      'h_seconds_count 6 @1500',
      'h_seconds_bucket{le="0.0000001"} 1 @1500',
      'h_seconds_bucket{le="1"} 3 @1500',
      'h_seconds_bucket{le="+Inf"} 6 @1500',
    ]);
    assert.deepEqual(
      series.map(({ exemplars }) => exemplars),
      [
        undefined,
        undefined,
        undefined,
        [{ labels: ['span_id', 'cd', 'trace_id', 'ab', 'user', 'u'], value: 0.7, timestampMs: 2 }],
        undefined,
      ],
    );
    for (const bad of [
      { ...histogram, bucketCounts: [1] },
      { ...histogram, explicitBounds: [1, 1] },
      { ...histogram, explicitBounds: [1, Number.POSITIVE_INFINITY] },
    ]) {
      const refused = translate([
        metric('h', '', { kind: 'histogram', points: [bad], temporality: 'cumulative' }),
      ]);
      assert.deepEqual([refused.series.length, refused.refusals.rejected], [0, 1]);
    }
  });

  it('makes native histograms of exponential ones', () => {
    const exponential: ExponentialHistogramPoint = {
      ...point,
      count: 12,
      sum: 3,
      scale: 0,
      zeroCount: 1,
      zeroThreshold: 0,
      positive: { offset: 1, counts: [1, 2, 0, 3, 0, 0, 0, 4] },
      negative: { offset: -3, counts: [1] },
      exemplars: [],
    };
    const data: MetricData = {
      kind: 'exponential_histogram',
      points: [exponential],
      temporality: 'cumulative',
    };
    const [series] = translate([metric('e', 'By', data)]).series;
    assert.equal(formatLabels(series!.labels), 'e_bytes');
    const histogram = series?.histograms?.[0];
    assert.deepEqual(histogram?.positiveSpans, [
      { offset: 2, length: 4 },
      { offset: 3, length: 1 },
    ]);
    assert.deepEqual(histogram?.positiveBuckets, [1, 2, 0, 3, 4]);
    assert.deepEqual(histogram?.negativeSpans, [{ offset: -2, length: 1 }]);
    assert.equal(histogram?.zeroThreshold, 1e-128);

    // Scale 10 is merged to 8: four buckets become one. Indexes 3 and 4 are apart, 4..7 together.
    const fine = toNativeHistogram({
      ...exponential,
      scale: 10,
      positive: { offset: 3, counts: [1, 1, 1, 1, 1] },
    });
    assert.ok(typeof fine !== 'string');
    assert.equal(fine.schema, 8);
    assert.deepEqual(fine.positiveSpans, [{ offset: 1, length: 2 }]);
    assert.deepEqual(fine.positiveBuckets, [1, 4]);
    assert.match(String(toNativeHistogram({ ...exponential, scale: -5 })), /below -4/);
  });

  it('keeps the observations of every exponential histogram', () => {
    const counts = fc.array(fc.nat(9), { maxLength: 40 });
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: -4, max: 20 }),
        (seen, offset, scale) => {
          const made = toNativeHistogram({
            ...point,
            count: 0,
            scale,
            zeroCount: 0,
            zeroThreshold: 0,
            positive: { offset, counts: seen },
            negative: { offset: 0, counts: [] },
            exemplars: [],
          });
          assert.ok(typeof made !== 'string');
          const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
          assert.equal(sum(made.positiveBuckets), sum(seen));
          assert.equal(
            made.positiveSpans.reduce((total, span) => total + span.length, 0),
            made.positiveBuckets.length,
          );
        },
      ),
    );
  });

  it('makes summaries, and stale markers of points without a value', () => {
    const data: MetricData = {
      kind: 'summary',
      points: [{ ...point, count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] }],
    };
    assert.deepEqual(lines(translate([metric('s', '', data)]).series), [
      's_sum 3 @1500',
      's_count 2 @1500',
      's{quantile="0.5"} 1 @1500',
    ]);
    const stale = translate([metric('g', '', { kind: 'gauge', points: [one, { ...one, flags: 1 }] })]).series;
    assert.equal(stale[0]?.values[0], 1);
    assert.ok(isStaleAt(stale[0]!.values, 1));
  });

  it('writes floats without exponent that read back the same', () => {
    assert.equal(formatDecimal(1e21), '1000000000000000000000');
    assert.equal(formatDecimal(-1.5e-9), '-0.0000000015');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const written = formatDecimal(value);
        assert.ok(!/e/i.test(written));
        assert.equal(Number(written), Object.is(value, -0) ? 0 : value);
      }),
    );
  });
});
