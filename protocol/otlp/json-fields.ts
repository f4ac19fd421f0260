import { DecodeError } from '../protobuf/decode-error.ts';
import { base64ToBytes, hexToBytes } from './byte-text.ts';

/**
 * One JSON object of an OTLP/JSON body with the path that led to it, so that errors can name it. Fields follow
 * proto3's JSON mapping with OTLP's exceptions (ids in hexadecimal, enums as integers): an absent field and null
 * mean the default, 64-bit integers are strings or numbers, unknown fields are ignored.
 */
export interface JsonFields {
  has(name: string): boolean;
  raw(name: string): unknown;
  string(name: string): string;
  boolean(name: string): boolean;
  /** A number, or one of the strings proto3 writes for doubles. */
  number(name: string): number;
  /** int64 exactly: a number, or a bigint beyond 2^53. */
  int64(name: string): number | bigint;
  /** fixed64 and uint64. A JSON number beyond 2^53 has lost its last digits before it gets here. */
  uint64(name: string): bigint;
  hexBytes(name: string): Uint8Array;
  base64Bytes(name: string): Uint8Array;
  object(name: string): JsonFields | undefined;
  objects(name: string): JsonFields[];
  list(name: string): readonly unknown[];
  fail(name: string, detail: string): never;
}

export function jsonFields(value: unknown, what: string, path = ''): JsonFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DecodeError(what, -1, `${path === '' ? 'the body' : path} is not an object`);
  const fields = new Map<string, unknown>(Object.entries(value));
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const fail = (name: string, detail: string): never => {
    throw new DecodeError(what, -1, `${at(name)} ${detail}`);
  };
  const raw = (name: string) => fields.get(name) ?? undefined;
  const list = (name: string): readonly unknown[] => {
    const found = raw(name);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : fail(name, 'is not an array');
  };
  const string = (name: string): string => {
    const found = raw(name);
    if (found === undefined) return '';
    // Like protobuf's decoder for bytes that are no UTF-8: half a surrogate pair becomes U+FFFD.
    return typeof found === 'string' ? found.toWellFormed() : fail(name, 'is not a string');
  };
  const integer = (name: string): bigint => {
    const found = raw(name);
    if (found === undefined) return 0n;
    if (typeof found === 'number' && Number.isInteger(found)) return BigInt(found);
    if (typeof found === 'string' && /^[+-]?\d{1,20}$/.test(found)) return BigInt(found.replace(/^\+/, ''));
    return fail(name, 'is not an integer');
  };
  const bytes = (name: string, decode: (text: string) => Uint8Array | undefined, form: string) =>
    decode(string(name)) ?? fail(name, `is not ${form}`);
  return {
    has: (name) => raw(name) !== undefined,
    raw,
    string,
    boolean(name) {
      const found = raw(name);
      return typeof found === 'boolean' || found === undefined
        ? found === true
        : fail(name, 'is not a boolean');
    },
    number(name) {
      const found = raw(name);
      if (found === undefined) return 0;
      return jsonNumber(found) ?? fail(name, 'is not a number');
    },
    int64(name) {
      const found = integer(name);
      if (BigInt.asIntN(64, found) !== found) fail(name, 'does not fit 64 bits');
      const near = Number(found);
      return Number.isSafeInteger(near) ? near : found;
    },
    uint64(name) {
      const found = integer(name);
      return BigInt.asUintN(64, found) === found ? found : fail(name, 'does not fit 64 unsigned bits');
    },
    hexBytes: (name) => bytes(name, hexToBytes, 'hexadecimal'),
    base64Bytes: (name) => bytes(name, base64ToBytes, 'base64'),
    object: (name) => (raw(name) === undefined ? undefined : jsonFields(raw(name), what, at(name))),
    objects: (name) => list(name).map((element, index) => jsonFields(element, what, `${at(name)}[${index}]`)),
    list,
    fail,
  };
}

/** A JSON number, or a string that proto3 allows in its place; undefined for anything else. */
export function jsonNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}
