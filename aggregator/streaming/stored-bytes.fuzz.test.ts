import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { StoredDataError } from '../bytes/byte-reader.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { SeriesTable } from '../series/series-table.ts';
import { inputKeyLabels } from './input-key.ts';
import { decodeClosings, decodeWritten, encodeClosings, encodeWritten } from './stream-records.ts';
import { createStreamRules } from './stream-rule.ts';
import { Streams } from './streams.ts';
import { decodeStreams, encodeStreams } from './streams-file.ts';

const RULES = createStreamRules([
  { match: '{}', by: ['a'], interval: '1s', outputs: ['total', 'max'] },
  { match: '{}', interval: '2s', outputs: ['last'] },
]);

const sample = fc.record({
  rule: fc.nat({ max: 1 }),
  i: fc.nat({ max: 3 }),
  timeMs: fc.integer({ min: 1, max: 9_000 }),
  value: fc.double(),
  startMs: fc.constantFrom(0, 0, 500),
});

function filled(
  samples: readonly { rule: number; i: number; timeMs: number; value: number; startMs: number }[],
) {
  const table = new SeriesTable(1);
  const streams = new Streams(table, 1_000);
  for (const rule of RULES) streams.addRule(rule, 10, 0);
  for (const [index, { rule, i, timeMs, value, startMs }] of samples.entries()) {
    const labels = labelsFromObject({ __name__: 'm', a: String(i % 2), i: String(i) });
    const key = encodeLabels(inputKeyLabels(RULES[rule]!.id, labels));
    streams.add(streams.inputOf(table.addKey(key, 0, key.length))!, timeMs, value, startMs);
    if (index % 7 === 6) for (const _ of streams.close([{ rule: RULES[0]!.id, throughMs: timeMs }]));
  }
  return streams;
}

const empty = (): Streams => new Streams(new SeriesTable(2), 1_000);

test('what streams know comes back from their file', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), fc.nat(), (samples, position) => {
      const streams = filled(samples);
      const bytes = encodeStreams(streams, position);
      const read = empty();
      assert.equal(decodeStreams(bytes, read), position);
      assert.deepEqual(encodeStreams(read, position), bytes);
      assert.equal(read.sampleCount, streams.sampleCount);
    }),
  );
});

test('a file that is damaged or cut is refused, whatever is in it', () => {
  const damage = fc.record({
    at: fc.nat(),
    bit: fc.nat({ max: 7 }),
    cut: fc.option(fc.nat()),
    forges: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 20 }), damage, (samples, { at, bit, cut, forges }) => {
      const whole = encodeStreams(filled(samples), 1);
      const bytes = whole.slice(0, cut === null ? whole.length : cut % whole.length);
      if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << bit;
      // A writer that was wrong would have summed up what it wrote.
      if (forges && bytes.length >= 12)
        new DataView(bytes.buffer).setUint32(8, crc32c(bytes.subarray(12)), true);
      try {
        decodeStreams(bytes, empty());
        assert.ok(forges, 'only the checksum can tell');
      } catch (error) {
        assert.ok(error instanceof Error && !(error instanceof assert.AssertionError), String(error));
        if (!forges) assert.ok(error instanceof StoredDataError);
      }
    }),
  );
});

test('records come back, and others are refused or read as something', () => {
  const closing = fc
    .tuple(
      fc.string(),
      fc.oneof(
        fc.constant(Number.POSITIVE_INFINITY),
        fc.maxSafeNat().map((n) => Math.floor(n / 4)),
      ),
    )
    .map(([rule, throughMs]) => ({ rule, throughMs }));
  fc.assert(
    fc.property(fc.array(closing), fc.maxSafeNat(), (closings, number) => {
      assert.deepEqual(decodeClosings(encodeClosings(closings)), closings);
      assert.equal(decodeWritten(encodeWritten(number)), number);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      for (const decode of [decodeClosings, decodeWritten])
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof StoredDataError);
        }
    }),
  );
});
