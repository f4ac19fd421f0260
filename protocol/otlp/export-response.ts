import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { jsonFields } from './json-fields.ts';
import { parseJson } from './parse-json.ts';

/** What of an accepted request was refused, and why; `rejected` 0 with a message is a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly errorMessage: string;
}

export type OtlpSignal = 'logs' | 'metrics';

const REJECTED: Readonly<Record<OtlpSignal, string>> = {
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

export const NOTHING_REJECTED: PartialSuccess = { rejected: 0, errorMessage: '' };

/** An ExportLogsServiceResponse or ExportMetricsServiceResponse: on the wire they are the same. */
export function encodeExportResponse({ rejected, errorMessage }: PartialSuccess): Uint8Array {
  const writer = new ProtobufWriter(64);
  // The specification: the field must be left out when everything was accepted.
  if (rejected === 0 && errorMessage === '') return writer.finish();
  const mark = writer.begin(1);
  if (rejected !== 0) writer.int(1, rejected);
  if (errorMessage !== '') writer.string(2, errorMessage);
  writer.end(mark);
  return writer.finish();
}

export function encodeExportResponseJson(
  signal: OtlpSignal,
  { rejected, errorMessage }: PartialSuccess,
): string {
  if (rejected === 0 && errorMessage === '') return '{}';
  return JSON.stringify({ partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage } });
}

export function decodeExportResponse(bytes: Uint8Array): PartialSuccess {
  const reader = new ProtobufReader(bytes, 'OTLP response');
  let partial = NOTHING_REJECTED;
  while (reader.next()) {
    if (reader.field === 1) partial = readPartialSuccess(reader);
    else reader.skip();
  }
  return partial;
}

function readPartialSuccess(reader: ProtobufReader): PartialSuccess {
  const outer = reader.enter();
  let rejected = 0;
  let errorMessage = '';
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === 0) rejected = reader.int64();
    else if (reader.field === 2) errorMessage = reader.lossyString();
    else reader.skip();
  }
  reader.leave(outer);
  return { rejected, errorMessage };
}

export function decodeExportResponseJson(signal: OtlpSignal, bytes: Uint8Array): PartialSuccess {
  const what = 'OTLP response JSON';
  const partial = jsonFields(parseJson(bytes, what), what).object('partialSuccess');
  if (partial === undefined) return NOTHING_REJECTED;
  return { rejected: Number(partial.int64(REJECTED[signal])), errorMessage: partial.string('errorMessage') };
}
