import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLogsRequest, encodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import fc from 'fast-check';
import { pinoRecord } from './pino-record.ts';

const at = (fields: object) => pinoRecord({ text: JSON.stringify(fields), atMs: 5, span: null });

test('levels, numbers between them, and names have their severity', () => {
  const severities = [5, 10, 20, 30, 35, 40, 50, 60, 99, 'error', 'WARN', 'audit', true].map((level) => {
    const { severityNumber, severityText } = at({ level });
    return `${severityNumber} ${severityText}`;
  });
  assert.deepEqual(severities, [
    '1 TRACE',
    '1 TRACE',
    '5 DEBUG',
    '9 INFO',
    '9 INFO',
    '13 WARN',
    '17 ERROR',
    '21 FATAL',
    '21 FATAL',
    '17 ERROR',
    '13 WARN',
    '0 audit',
    '0 ',
  ]);
});

test('the time is read in each of pino’s forms, else it is when the line came', () => {
  const times = [1_700_000_000_123, 1_700_000_000, '2023-11-14T22:13:20.123Z', 'soon', -1, null].map(
    (time) => at({ time }).timeNs / 1_000_000n,
  );
  assert.deepEqual(times, [1_700_000_000_123n, 1_700_000_000_000n, 1_700_000_000_123n, 5n, 5n, 5n]);
});

test('ids in the line go before the span that is active; what is no id stays out', () => {
  const span = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), flags: 0 };
  const of = (fields: object) => pinoRecord({ text: JSON.stringify(fields), atMs: 5, span });
  const own = of({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '01' });
  assert.deepEqual([own.traceId, own.spanId, own.flags], ['a'.repeat(32), 'b'.repeat(16), 1]);
  assert.deepEqual(own.attributes, []);
  assert.equal(of({ trace_id: 'none' }).traceId, span.traceId);
});

test('any line becomes a record that can be sent and read again', () => {
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .object({ key: fc.constantFrom('msg', 'err', 'time', 'level', 'x') })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(line, (text) => {
      const record = pinoRecord({ text, atMs: 1_000, span: null });
      const scopeLogs = [{ scope: { name: '', version: '', attributes: [] }, records: [record] }];
      const bytes = encodeLogsRequest({ resourceLogs: [{ resource: { attributes: [] }, scopeLogs }] });
      const [sent] = decodeLogsRequest(bytes).resourceLogs[0]!.scopeLogs[0]!.records;
      assert.equal(sent!.timeNs, record.timeNs);
      assert.equal(sent!.attributes.length, record.attributes.length);
    }),
  );
});
