import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { labelsFromPairs } from '../labels/labels.ts';
import { DecodeError } from '../protobuf/decode-error.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { LokiStream } from './push.ts';
import { decodePushJson } from './push-json.ts';
import { decodePush, encodePush } from './push-protobuf.ts';
import { type FoundLine, renderMatrix, renderStreams } from './response.ts';
import { parseLokiTime } from './time-parameter.ts';

const plain = { noNullPrototype: true };
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const labelName = fc.constantFrom('a', 'b', 'service_name');
const labels = fc.array(fc.tuple(labelName, text), { maxLength: 3 }).map(labelsFromPairs);
const timestampNs = fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n });
const entry = fc.record({ timestampNs, line: text, structuredMetadata: labels }, plain);
const streams: fc.Arbitrary<LokiStream[]> = fc.array(
  fc.record({ labels, entries: fc.array(entry, { maxLength: 4 }) }, plain),
  { maxLength: 3 },
);

describe('Loki push', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(streams, (sent) => {
        assert.deepEqual(decodePush(encodePush(sent)), { streams: sent, refused: [] });
      }),
    );
  });

  it('refuses a stream with bad labels and keeps the others', () => {
    const writer = new ProtobufWriter();
    for (const written of ['{a="b"}', 'a="b"', '{a=~"b"}', '']) {
      const mark = writer.begin(1);
      writer.string(1, written);
      writer.bytes(2, new Uint8Array());
      writer.end(mark);
    }
    const push = decodePush(writer.finish());
    assert.deepEqual(
      push.streams.map((stream) => stream.labels),
      [['a', 'b']],
    );
    assert.deepEqual(
      push.refused.map((refused) => refused.entries),
      [1, 1, 1],
    );
    assert.match(push.refused[0]?.reason ?? '', /cannot read the labels a="b": parse error at line 1, col 1/);
  });

  it('reads JSON, and names the path of a fault', () => {
    const body = {
      streams: [
        {
          stream: { a: 'b' },
          values: [
            ['1700000000000000001', 'line', { trace_id: 't' }],
            ['2', 'x'],
          ],
        },
      ],
    };
    assert.deepEqual(decodePushJson(Buffer.from(JSON.stringify(body))).streams, [
      {
        labels: ['a', 'b'],
        entries: [
          { timestampNs: 1700000000000000001n, line: 'line', structuredMetadata: ['trace_id', 't'] },
          { timestampNs: 2n, line: 'x', structuredMetadata: [] },
        ],
      },
    ]);
    const cases: readonly [body: string, message: RegExp][] = [
      ['{}', /streams is missing/],
      ['{"streams":[{"values":[1]}]}', /streams\[0\]\.values\[0\] is not an array/],
      ['{"streams":[{"values":[[1,"x"]]}]}', /values\[0\]\[0\] is not a string of nanoseconds/],
      ['{"streams":[{"values":[["1",2]]}]}', /values\[0\]\[1\] is not a string/],
      ['{"streams":[{"stream":{"a":1}}]}', /streams\[0\]\.stream\.a is not a string/],
    ];
    for (const [bad, message] of cases) assert.throws(() => decodePushJson(Buffer.from(bad)), message);
  });

  it('throws nothing but DecodeError', () => {
    const decodeAny = (decode: () => unknown): void => {
      try {
        decode();
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    };
    fc.assert(
      fc.property(streams, fc.nat(), fc.nat(255), (sent, at, byte) => {
        const bytes = encodePush(sent);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodeAny(() => decodePush(bytes));
        decodeAny(() => decodePush(bytes.subarray(0, at % (bytes.length + 1))));
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeAny(() => decodePush(bytes))));
    fc.assert(fc.property(fc.json(), (json) => decodeAny(() => decodePushJson(Buffer.from(json)))));
  });
});

describe('Loki answers', () => {
  const line: FoundLine = { stream: ['a', 'b'], structuredMetadata: ['t', '1'], timestampNs: 12n, line: 'x' };

  it('merges structured metadata into the stream unless labels are categorized', () => {
    const other = { ...line, structuredMetadata: [] };
    assert.deepEqual(JSON.parse(renderStreams([line, other, line], false, {})).data, {
      resultType: 'streams',
      result: [
        {
          stream: { a: 'b', t: '1' },
          values: [
            ['12', 'x'],
            ['12', 'x'],
          ],
        },
        { stream: { a: 'b' }, values: [['12', 'x']] },
      ],
      stats: {},
    });
    assert.deepEqual(JSON.parse(renderStreams([line, other], true, {})).data, {
      resultType: 'streams',
      encodingFlags: ['categorize-labels'],
      result: [
        {
          stream: { a: 'b' },
          values: [
            ['12', 'x', { structuredMetadata: { t: '1' } }],
            ['12', 'x', {}],
          ],
        },
      ],
      stats: {},
    });
  });

  it('renders a matrix', () => {
    const series = { labels: ['a', 'b'], timestampsMs: [1500], values: [3] };
    assert.deepEqual(JSON.parse(renderMatrix([series], {})).data.result, [
      { metric: { a: 'b' }, values: [[1.5, '3']] },
    ]);
  });

  it('reads times in every form', () => {
    assert.equal(parseLokiTime('1700000000'), 1700000000000000000n);
    assert.equal(parseLokiTime('1700000000123456789'), 1700000000123456789n);
    assert.equal(parseLokiTime('1700000000.5'), 1700000000500000000n);
    assert.equal(parseLokiTime('1970-01-01T00:00:01.000000002Z'), 1000000002n);
    assert.equal(parseLokiTime('1970-01-01T01:00:01+01:00'), 1000000000n);
    assert.equal(parseLokiTime('-5'), -5000000000n);
    for (const bad of ['', 'now', '2020-13-01T00:00:00Z', '1e9', '99999999999999999999'])
      assert.equal(parseLokiTime(bad), undefined, bad);
  });
});
