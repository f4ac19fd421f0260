import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { type AnyValue, type Attribute, EMPTY_VALUE } from './any-value.ts';
import { readAnyValue, readAttribute, writeAnyValue, writeAttributes } from './any-value-protobuf.ts';
import { bytesToHex, hexToBytes } from './byte-text.ts';
import { createItemBudget, type ItemBudget } from './item-budget.ts';
import type { LogRecord, LogsRequest, ResourceLogs, ScopeLogs } from './log-record.ts';
import { NO_RESOURCE, NO_SCOPE, readResource, readScope, writeResource, writeScope } from './resource.ts';

const WHAT = 'OTLP logs';

/** Decodes an ExportLogsServiceRequest. Throws `DecodeError`. */
export function decodeLogsRequest(bytes: Uint8Array): LogsRequest {
  const reader = new ProtobufReader(bytes, WHAT);
  const budget = createItemBudget(WHAT);
  const resourceLogs: ResourceLogs[] = [];
  while (reader.next()) {
    if (reader.field === 1) resourceLogs.push(readResourceLogs(reader, budget));
    else reader.skip();
  }
  return { resourceLogs };
}

function readResourceLogs(reader: ProtobufReader, budget: ItemBudget): ResourceLogs {
  budget.spend();
  const outer = reader.enter();
  let resource = NO_RESOURCE;
  const scopeLogs: ScopeLogs[] = [];
  while (reader.next()) {
    if (reader.field === 1) resource = readResource(reader, budget);
    else if (reader.field === 2) scopeLogs.push(readScopeLogs(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { resource, scopeLogs };
}

function readScopeLogs(reader: ProtobufReader, budget: ItemBudget): ScopeLogs {
  budget.spend();
  const outer = reader.enter();
  let scope = NO_SCOPE;
  const records: LogRecord[] = [];
  while (reader.next()) {
    if (reader.field === 1) scope = readScope(reader, budget);
    else if (reader.field === 2) records.push(readRecord(reader, budget));
    else reader.skip();
  }
  reader.leave(outer);
  return { scope, records };
}

function readRecord(reader: ProtobufReader, budget: ItemBudget): LogRecord {
  budget.spend();
  const outer = reader.enter();
  let timeNs = 0n;
  let observedTimeNs = 0n;
  let severityNumber = 0;
  let severityText = '';
  let body: AnyValue = EMPTY_VALUE;
  const attributes: Attribute[] = [];
  let flags = 0;
  let traceId = '';
  let spanId = '';
  let eventName = '';
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.expect(1);
        timeNs = reader.bigFixed64();
        break;
      case 2:
        reader.expect(0);
        severityNumber = reader.int64();
        break;
      case 3:
        severityText = reader.lossyString();
        break;
      case 5:
        body = readAnyValue(reader, budget);
        break;
      case 6:
        attributes.push(readAttribute(reader, budget));
        break;
      case 8:
        reader.expect(5);
        flags = reader.fixed32();
        break;
      case 9:
        traceId = bytesToHex(reader.bytesField());
        break;
      case 10:
        spanId = bytesToHex(reader.bytesField());
        break;
      case 11:
        reader.expect(1);
        observedTimeNs = reader.bigFixed64();
        break;
      case 12:
        eventName = reader.lossyString();
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  return {
    timeNs,
    observedTimeNs,
    severityNumber,
    severityText,
    body,
    attributes,
    flags,
    traceId,
    spanId,
    eventName,
  };
}

/** Encodes an ExportLogsServiceRequest. Ids that are not hexadecimal are left out. */
export function encodeLogsRequest(request: LogsRequest): Uint8Array {
  const writer = new ProtobufWriter(4096);
  for (const { resource, scopeLogs } of request.resourceLogs) {
    const mark = writer.begin(1);
    writeResource(writer, 1, resource);
    for (const { scope, records } of scopeLogs) {
      const scopeMark = writer.begin(2);
      writeScope(writer, 1, scope);
      for (const record of records) writeRecord(writer, record);
      writer.end(scopeMark);
    }
    writer.end(mark);
  }
  return writer.finish();
}

function writeRecord(writer: ProtobufWriter, record: LogRecord): void {
  const mark = writer.begin(2);
  if (record.timeNs !== 0n) writer.fixed64(1, record.timeNs);
  if (record.severityNumber !== 0) writer.int(2, record.severityNumber);
  if (record.severityText !== '') writer.string(3, record.severityText);
  if (record.body.kind !== 'empty') writeAnyValue(writer, 5, record.body);
  writeAttributes(writer, 6, record.attributes);
  if (record.flags !== 0) writer.fixed32(8, record.flags);
  const traceId = hexToBytes(record.traceId);
  if (traceId !== undefined && traceId.length > 0) writer.bytes(9, traceId);
  const spanId = hexToBytes(record.spanId);
  if (spanId !== undefined && spanId.length > 0) writer.bytes(10, spanId);
  if (record.observedTimeNs !== 0n) writer.fixed64(11, record.observedTimeNs);
  if (record.eventName !== '') writer.string(12, record.eventName);
  writer.end(mark);
}
