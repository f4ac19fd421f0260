import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../protobuf/decode-error.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import type { AnyValue } from './any-value.ts';
import { anyValueOf, attributesOf } from './any-value-of.ts';
import { anyValueText } from './any-value-text.ts';
import {
  decodeExportResponse,
  decodeExportResponseJson,
  encodeExportResponse,
  encodeExportResponseJson,
} from './export-response.ts';
import { createItemBudget } from './item-budget.ts';
import { ANY_VALUE_DEPTH_MAX } from './limits.ts';
import type { LogRecord, LogsRequest } from './log-record.ts';
import { decodeLogsRequestJson, encodeLogsRequestJson } from './logs-json.ts';
import { decodeLogsRequest, encodeLogsRequest } from './logs-protobuf.ts';
import { severityLevel, severityNumberOf } from './severity.ts';
import { decodeStatus, encodeStatus } from './status.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const plain = { noNullPrototype: true };
const hex = (bytes: number) =>
  fc.oneof(
    fc.constant(''),
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex')),
  );

const anyValue: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant<AnyValue>({ kind: 'empty' }),
    text.map((value): AnyValue => ({ kind: 'string', value })),
    fc.boolean().map((value): AnyValue => ({ kind: 'bool', value })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): AnyValue => {
      const near = Number(value);
      return { kind: 'int', value: Number.isSafeInteger(near) ? near : value };
    }),
    fc.double().map((value): AnyValue => ({ kind: 'double', value: value === 0 ? 0 : value })),
    fc.uint8Array({ maxLength: 5 }).map((value): AnyValue => ({ kind: 'bytes', value })),
    fc.array(tie('value'), { maxLength: 3 }).map((values): AnyValue => ({ kind: 'array', values })),
    fc
      .array(fc.record({ key: text, value: tie('value') }, plain), { maxLength: 3 })
      .map((entries): AnyValue => ({ kind: 'map', entries })),
  ),
})).value;

const attributes = fc.array(fc.record({ key: text, value: anyValue }, plain), { maxLength: 3 });
const ns = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const record: fc.Arbitrary<LogRecord> = fc.record(
  {
    timeNs: ns,
    observedTimeNs: ns,
    severityNumber: fc.nat(24),
    severityText: text,
    body: anyValue,
    attributes,
    flags: fc.nat(255),
    traceId: hex(16),
    spanId: hex(8),
    eventName: text,
  },
  plain,
);
const request: fc.Arbitrary<LogsRequest> = fc.record(
  {
    resourceLogs: fc.array(
      fc.record(
        {
          resource: fc.record({ attributes }, plain),
          scopeLogs: fc.array(
            fc.record(
              {
                scope: fc.record({ name: text, version: text, attributes }, plain),
                records: fc.array(record, { maxLength: 3 }),
              },
              plain,
            ),
            { maxLength: 2 },
          ),
        },
        plain,
      ),
      { maxLength: 2 },
    ),
  },
  plain,
);

describe('OTLP logs', () => {
  it('reads back what it writes, protobuf and JSON', () => {
    fc.assert(
      fc.property(request, (sent) => {
        // Uint8Array views compare by content; the decoder's are views into the request.
        assert.deepEqual(decodeLogsRequest(encodeLogsRequest(sent)), sent);
        assert.deepEqual(decodeLogsRequestJson(Buffer.from(encodeLogsRequestJson(sent))), sent);
      }),
    );
  });

  it("reads the specification's JSON example's forms", () => {
    const body = {
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'my.service' } }] },
          scopeLogs: [
            {
              scope: { name: 'my.library', version: '1.0.0' },
              logRecords: [
                {
                  timeUnixNano: '1544712660300000000',
                  observedTimeUnixNano: 1544712660,
                  severityNumber: 10,
                  severityText: 'Information',
                  traceId: '5B8EFFF798038103D269B633813FC60C',
                  spanId: 'EEE19B7EC3C1B174',
                  body: { stringValue: 'Example log record' },
                  attributes: [
                    { key: 'int', value: { intValue: 10 } },
                    { key: 'double', value: { doubleValue: '637.704' } },
                    { key: 'array', value: { arrayValue: { values: [{ stringValue: 'many' }] } } },
                    { key: 'none', value: null },
                  ],
                  unknownField: { ignored: true },
                },
              ],
            },
          ],
        },
      ],
    };
    const decoded = decodeLogsRequestJson(Buffer.from(JSON.stringify(body)));
    const first = decoded.resourceLogs[0]?.scopeLogs[0]?.records[0];
    assert.equal(first?.timeNs, 1544712660300000000n);
    assert.equal(first?.observedTimeNs, 1544712660n);
    assert.equal(first?.traceId, '5b8efff798038103d269b633813fc60c');
    assert.deepEqual(
      first?.attributes.map((attribute) => anyValueText(attribute.value)),
      ['10', '637.704', '["many"]', ''],
    );
  });

  it('names the path of a fault in JSON', () => {
    const cases: readonly [body: string, detail: RegExp][] = [
      ['[]', /the body is not an object/],
      ['{', /the body is not JSON/],
      ['{"resourceLogs":{}}', /resourceLogs is not an array/],
      ['{"resourceLogs":[1]}', /resourceLogs\[0\] is not an object/],
      [
        '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"x"}]}]}]}',
        /logRecords\[0\]\.timeUnixNano is not an integer/,
      ],
      ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":-1}]}]}]}', /64 unsigned bits/],
      ['{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"xyz"}]}]}]}', /traceId is not hexadecimal/],
    ];
    for (const [body, detail] of cases)
      assert.throws(
        () => decodeLogsRequestJson(Buffer.from(body)),
        (error: unknown) => error instanceof DecodeError && detail.test(error.message),
        body,
      );
  });

  it('stops nesting bombs', () => {
    const writer = new ProtobufWriter();
    const nest = (depth: number): void => {
      const value = writer.begin(depth === 5000 ? 5 : 1);
      const array = writer.begin(5);
      if (depth > 0) nest(depth - 1);
      writer.end(array);
      writer.end(value);
    };
    const request = writer.begin(1);
    const scope = writer.begin(2);
    const record = writer.begin(2);
    nest(5000);
    for (const mark of [record, scope, request]) writer.end(mark);
    assert.throws(() => decodeLogsRequest(writer.finish()), /nested deeper than 32/);

    let json: object = { stringValue: 'x' };
    for (let depth = 0; depth < 2000; depth++) json = { arrayValue: { values: [json] } };
    const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: json }] }] }] };
    assert.throws(() => decodeLogsRequestJson(Buffer.from(JSON.stringify(body))), /nested deeper than 32/);
  });

  it('stops requests of too many items', () => {
    const budget = createItemBudget('x', 2);
    budget.spend();
    budget.spend();
    assert.throws(() => budget.spend(), DecodeError);
  });

  it('throws nothing but DecodeError on damaged and random bytes', () => {
    const decodeAny = (decode: () => unknown): void => {
      try {
        decode();
      } catch (error) {
        assert.ok(error instanceof DecodeError, String(error));
      }
    };
    fc.assert(
      fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), (sent, at, byte, cut) => {
        const bytes = encodeLogsRequest(sent);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        decodeAny(() => decodeLogsRequest(cut ? bytes.subarray(0, at % (bytes.length + 1)) : bytes));
        const json = Buffer.from(encodeLogsRequestJson(sent));
        json[at % json.length] = byte;
        decodeAny(() => decodeLogsRequestJson(json));
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeAny(() => decodeLogsRequest(bytes))));
    fc.assert(fc.property(fc.json(), (json) => decodeAny(() => decodeLogsRequestJson(Buffer.from(json)))));
  });

  it('turns what programs log into values', () => {
    assert.deepEqual(attributesOf({ a: 1, b: undefined, c: [true, null], d: { e: 1.5 } }), [
      { key: 'a', value: { kind: 'int', value: 1 } },
      { key: 'c', value: { kind: 'array', values: [{ kind: 'bool', value: true }, { kind: 'empty' }] } },
      { key: 'd', value: { kind: 'map', entries: [{ key: 'e', value: { kind: 'double', value: 1.5 } }] } },
    ]);
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    assert.match(anyValueText(anyValueOf(cycle)), /…/);
    assert.equal(anyValueText(anyValueOf(new Date(0))), '1970-01-01T00:00:00.000Z');
    assert.match(anyValueText(anyValueOf(new TypeError('broken'))), /"type":"TypeError","message":"broken"/);
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const made = anyValueOf(value);
        const sent = { attributes: [{ key: 'k', value: made }] };
        decodeLogsRequest(encodeLogsRequest({ resourceLogs: [{ resource: sent, scopeLogs: [] }] }));
      }),
    );
    assert.ok(ANY_VALUE_DEPTH_MAX > 8);
  });

  it('answers partial success and status as the protocol says', () => {
    const partial = { rejected: 3, errorMessage: 'too old' };
    assert.deepEqual(decodeExportResponse(encodeExportResponse(partial)), partial);
    const json = encodeExportResponseJson('logs', partial);
    assert.deepEqual(JSON.parse(json), {
      partialSuccess: { rejectedLogRecords: '3', errorMessage: 'too old' },
    });
    assert.deepEqual(decodeExportResponseJson('logs', Buffer.from(json)), partial);
    assert.equal(encodeExportResponse({ rejected: 0, errorMessage: '' }).length, 0);
    assert.deepEqual(decodeStatus(encodeStatus({ code: 3, message: 'no' })), { code: 3, message: 'no' });
  });

  it('maps severities to levels', () => {
    assert.equal(severityLevel(9, ''), 'info');
    assert.equal(severityLevel(12, 'x'), 'info');
    assert.equal(severityLevel(24, ''), 'fatal');
    assert.equal(severityLevel(0, 'WARNING'), 'warn');
    assert.equal(severityLevel(0, 'Info2'), 'info');
    assert.equal(severityLevel(0, 'nonsense'), 'unknown');
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
      assert.equal(severityLevel(severityNumberOf(level), ''), level);
  });
});
