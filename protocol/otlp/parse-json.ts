import { DecodeError } from '../protobuf/decode-error.ts';

/** JSON from a request's body; a fault is a `DecodeError` with what the parser said. */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new DecodeError(
      what,
      -1,
      `the body is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
}
