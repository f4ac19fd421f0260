import { anyValueFromJson, anyValueToJson, attributesFromJson, attributesToJson } from './any-value-json.ts';
import { bytesToHex } from './byte-text.ts';
import { createItemBudget, type ItemBudget } from './item-budget.ts';
import { type JsonFields, jsonFields } from './json-fields.ts';
import type { LogRecord, LogsRequest } from './log-record.ts';
import { parseJson } from './parse-json.ts';
import { resourceFromJson, resourceToJson, scopeFromJson, scopeToJson } from './resource.ts';

const WHAT = 'OTLP logs JSON';

/** Decodes an ExportLogsServiceRequest in OTLP/JSON. Throws `DecodeError`, which names the field's path. */
export function decodeLogsRequestJson(bytes: Uint8Array): LogsRequest {
  const budget = createItemBudget(WHAT);
  const resourceLogs = jsonFields(parseJson(bytes, WHAT), WHAT)
    .objects('resourceLogs')
    .map((one) => {
      budget.spend();
      return {
        resource: resourceFromJson(one.object('resource'), budget),
        scopeLogs: one.objects('scopeLogs').map((scopeLogs) => {
          budget.spend();
          return {
            scope: scopeFromJson(scopeLogs.object('scope'), budget),
            records: scopeLogs.objects('logRecords').map((fields) => recordFromJson(fields, budget)),
          };
        }),
      };
    });
  return { resourceLogs };
}

function recordFromJson(fields: JsonFields, budget: ItemBudget): LogRecord {
  budget.spend();
  return {
    timeNs: fields.uint64('timeUnixNano'),
    observedTimeNs: fields.uint64('observedTimeUnixNano'),
    severityNumber: fields.number('severityNumber'),
    severityText: fields.string('severityText'),
    body: anyValueFromJson(fields, 'body', budget),
    attributes: attributesFromJson(fields, 'attributes', budget),
    flags: fields.number('flags'),
    traceId: bytesToHex(fields.hexBytes('traceId')),
    spanId: bytesToHex(fields.hexBytes('spanId')),
    eventName: fields.string('eventName'),
  };
}

export function encodeLogsRequestJson(request: LogsRequest): string {
  return JSON.stringify({
    resourceLogs: request.resourceLogs.map(({ resource, scopeLogs }) => ({
      resource: resourceToJson(resource),
      scopeLogs: scopeLogs.map(({ scope, records }) => ({
        scope: scopeToJson(scope),
        logRecords: records.map(recordToJson),
      })),
    })),
  });
}

function recordToJson(record: LogRecord): object {
  return {
    timeUnixNano: String(record.timeNs),
    observedTimeUnixNano: String(record.observedTimeNs),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: anyValueToJson(record.body),
    attributes: attributesToJson(record.attributes),
    flags: record.flags,
    traceId: record.traceId,
    spanId: record.spanId,
    eventName: record.eventName,
  };
}
