import { ProtobufReader } from '../protobuf/reader.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';

/** google.rpc.Status, the body of every OTLP/HTTP answer of 400 and above. `code` is a gRPC status code. */
export interface Status {
  readonly code: number;
  readonly message: string;
}

/** The codes this side answers with (google/rpc/code.proto). */
export const STATUS_CODES = {
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

export function encodeStatus({ code, message }: Status): Uint8Array {
  const writer = new ProtobufWriter(128);
  writer.int(1, code);
  writer.string(2, message);
  return writer.finish();
}

export function encodeStatusJson({ code, message }: Status): string {
  return JSON.stringify({ code, message });
}

export function decodeStatus(bytes: Uint8Array): Status {
  const reader = new ProtobufReader(bytes, 'OTLP status');
  let code = 0;
  let message = '';
  while (reader.next()) {
    if (reader.field === 1 && reader.wireType === 0) code = reader.int64();
    else if (reader.field === 2) message = reader.lossyString();
    else reader.skip();
  }
  return { code, message };
}
