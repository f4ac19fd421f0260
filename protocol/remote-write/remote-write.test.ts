import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { labelsFromObject, labelsFromPairs } from '../labels/labels.ts';
import { DecodeError } from '../protobuf/decode-error.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { isStaleAt, writeStale } from '../series/stale.ts';
import type { MetricMetadata, WriteSeries } from '../series/write-series.ts';
import { decodeWriteRequest } from './decode.ts';
import { encodeWriteRequestV1 } from './encode-v1.ts';
import { encodeWriteRequestV2 } from './encode-v2.ts';
import { readHistogram } from './histogram.ts';
import { decodeLabelPairs, encodeLabels, isCanonicalLabels } from './label-bytes.ts';
import { versionOf } from './version.ts';

const encoders = { '1.0': encodeWriteRequestV1, '2.0': encodeWriteRequestV2 } as const;
const versions = ['1.0', '2.0'] as const;

const labels = fc
  .dictionary(
    fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
    fc.string({ minLength: 1, maxLength: 200 }),
    {
      maxKeys: 5,
    },
  )
  .map((object) => labelsFromObject(object));
const timestamp = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
  fc.integer({ min: -100, max: 2 ** 45 }),
);
const series: fc.Arbitrary<WriteSeries> = fc
  .tuple(labels, fc.array(fc.tuple(timestamp, fc.double()), { maxLength: 5 }))
  .map(([set, points]) => ({
    labels: set,
    timestampsMs: Float64Array.from(points, ([time]) => time),
    values: Float64Array.from(points, ([, value]) => value),
  }));

for (const version of versions) {
  test(`${version} gives back the series that were encoded`, () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 5 }), (given) => {
        const bytes = encoders[version](given);
        assert.deepEqual(decodeWriteRequest(version, bytes).series, given);
      }),
    );
  });

  test(`${version} keeps a stale marker's bits, exemplars, histograms and metadata`, () => {
    const values = Float64Array.of(1, 0, Number.NaN);
    writeStale(values, 1);
    const given: WriteSeries = {
      labels: labelsFromObject({ __name__: 'up', job: 'a' }),
      timestampsMs: Float64Array.of(1_000, 2_000, 3_000),
      values,
      histograms: [
        null,
        null,
        {
          schema: 2,
          counterReset: 'gauge',
          zeroThreshold: 0.001,
          zeroCount: 1,
          count: 7.5,
          sum: 12,
          positiveSpans: [
            { offset: -3, length: 2 },
            { offset: 4, length: 1 },
          ],
          positiveBuckets: [1, 2, 0.5],
          negativeSpans: [{ offset: 0, length: 1 }],
          negativeBuckets: [3],
          customBounds: [],
        },
      ],
      exemplars: [{ labels: labelsFromObject({ trace_id: 'abc' }), value: 0.25, timestampMs: 1_500 }],
    };
    const metadata: MetricMetadata[] = [{ metric: 'up', type: 'gauge', help: 'Is it?', unit: 's' }];
    const decoded = decodeWriteRequest(version, encoders[version]([given], metadata));
    assert.deepEqual(decoded.series, [given]);
    assert.ok(isStaleAt(decoded.series[0]!.values, 1));
    assert.ok(!isStaleAt(decoded.series[0]!.values, 2));
    assert.deepEqual(decoded.metadata, metadata);
  });

  test(`${version} throws only DecodeError on damaged requests`, () => {
    const damaged = fc
      .tuple(
        fc.array(series, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255))),
        fc.nat(),
      )
      .map(([given, changes, cut]) => {
        const bytes = encoders[version](given);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0));
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        try {
          decodeWriteRequest(version, bytes);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
}

test('1.0 takes fields in any order and repeated integer histograms', () => {
  const writer = new ProtobufWriter();
  const one = writer.begin(1);
  const sample = writer.begin(2);
  writer.int(2, 5);
  writer.end(sample);
  for (const [name, value] of [
    ['b', '2'],
    ['a', '1'],
  ] as const) {
    const label = writer.begin(1);
    writer.string(2, value);
    writer.string(1, name);
    writer.end(label);
  }
  const histogram = writer.begin(4);
  writer.uint(1, 3);
  const span = writer.begin(11);
  writer.uint(2, 2);
  writer.end(span);
  writer.sint(12, 2);
  writer.sint(12, -1);
  writer.int(15, 6);
  writer.end(histogram);
  writer.end(one);
  const [decoded] = decodeWriteRequest('1.0', writer.finish()).series;
  assert.deepEqual(decoded!.labels, ['a', '1', 'b', '2']);
  assert.deepEqual([...decoded!.timestampsMs], [5, 6]);
  assert.deepEqual(decoded!.histograms![1]!.positiveBuckets, [2, 1]);
});

test('2.0 refuses references beyond its symbols', () => {
  const bytes = encodeWriteRequestV2([
    { labels: ['a', 'b'], timestampsMs: Float64Array.of(1), values: Float64Array.of(1) },
  ]);
  const at = bytes.lastIndexOf(2, bytes.indexOf(0x2a) + 10);
  bytes[at] = 99;
  assert.throws(() => decodeWriteRequest('2.0', bytes), DecodeError);
});

test('labels have one encoding', () => {
  fc.assert(
    fc.property(labels, (set) => {
      assert.deepEqual(decodeLabelPairs(encodeLabels(set)), set);
    }),
  );
});

test('only what encodeLabels makes counts as canonical', () => {
  const pair = fc.tuple(
    fc.constantFrom('', 'a', 'aa', 'b', 'ä', '\u{1f600}', '\uffff'),
    fc.constantFrom('', 'x', 'y'.repeat(200)),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 4 }), fc.nat(), fc.nat(255), (pairs, at, byte) => {
      const sent = encodeLabels(pairs.flat());
      const canonical = encodeLabels(labelsFromPairs(pairs));
      const named = pairs.every(([name]) => name !== '');
      assert.equal(isCanonicalLabels(sent, 0, sent.length), named && Buffer.compare(sent, canonical) === 0);
      if (canonical.length === 0) return;
      canonical[at % canonical.length] = byte;
      if (!isCanonicalLabels(canonical, 0, canonical.length)) return;
      // Whatever passes is its own encoding, unless its UTF-8 is broken.
      try {
        const read = decodeLabelPairs(canonical);
        assert.deepEqual(encodeLabels(read), canonical);
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('the content type decides the version', () => {
  assert.equal(versionOf(undefined), '1.0');
  assert.equal(versionOf('application/x-protobuf'), '1.0');
  assert.equal(versionOf('application/x-protobuf;proto=io.prometheus.write.v2.Request'), '2.0');
  assert.equal(versionOf('application/x-protobuf; proto="prometheus.WriteRequest"'), '1.0');
  assert.equal(versionOf('application/x-protobuf;proto=other.Request'), null);
  assert.equal(versionOf('application/json'), null);
});

test("2.0 metadata is the family's, whatever series it came with", () => {
  const column = { timestampsMs: Float64Array.of(1), values: Float64Array.of(1) };
  const series = ['h_bucket', 'h_sum', 'h_count', 's_count', 'c_total'].map((name) => ({
    labels: ['__name__', name],
    ...column,
  }));
  const families = [
    { metric: 'h', type: 'histogram', help: 'H', unit: '' },
    { metric: 's', type: 'summary', help: 'S', unit: '' },
    { metric: 'c_total', type: 'counter', help: 'C', unit: '' },
  ] as const;
  const { metadata } = decodeWriteRequest('2.0', encodeWriteRequestV2(series, families));
  assert.deepEqual(
    new Set(metadata.map(({ metric, type }) => `${metric} ${type}`)),
    new Set(['h histogram', 's summary', 'c_total counter']),
  );
});

interface WholeHistogram {
  readonly count: number;
  readonly sum?: number;
  readonly schema?: number;
  readonly customBounds?: readonly number[];
}

/** What is said of an integer histogram with two buckets of 2 observations each. */
function readWhole({ count, sum = 1, schema = 0, customBounds = [] }: WholeHistogram): unknown {
  const writer = new ProtobufWriter();
  writer.uint(1, count);
  writer.double(3, sum);
  writer.sint(4, schema);
  const span = writer.begin(11);
  writer.uint(2, 2);
  writer.end(span);
  for (const delta of [2, 0]) writer.sint(12, delta);
  for (const bound of customBounds) writer.double(16, bound);
  const read = readHistogram(new ProtobufReader(writer.finish(), 'histogram'));
  return typeof read === 'string' ? read : read.histogram.count;
}

test('histograms that contradict themselves are refused with a reason', () => {
  const custom = { count: 4, schema: -53 };
  assert.equal(readWhole({ count: 4 }), 4);
  assert.equal(readWhole({ count: 3 }), '4 observations in the buckets, 3 in all');
  assert.equal(readWhole({ count: 5 }), '4 observations in the buckets, 5 in all');
  assert.equal(readWhole({ count: 5, sum: Number.NaN }), 5);
  assert.match(String(readWhole({ count: 3, sum: Number.NaN })), /4 observations/);
  assert.equal(readWhole({ ...custom, customBounds: [1, 2] }), 4);
  assert.match(String(readWhole({ ...custom, customBounds: [1, Number.POSITIVE_INFINITY] })), /\+Inf/);
  assert.match(String(readWhole({ ...custom, customBounds: [2, 1] })), /do not ascend/);
  assert.match(String(readWhole({ ...custom, customBounds: [] })), /more custom buckets/);
  assert.match(String(readWhole({ count: 4, customBounds: [1] })), /exponential schema/);
  assert.equal(readWhole({ count: 4, schema: 53 }), 'unknown schema 53');
});
