import { DecodeError } from './decode-error.ts';
import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from './wire-type.ts';

const TWO_32 = 4294967296;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Walks protobuf wire format without building anything per field: every read is checked against the end of the
 * message it is in, and every fault is a `DecodeError` with the byte's offset in `bytes`.
 *
 *     while (reader.next()) {
 *       if (reader.field === 1) name = reader.string();
 *       else if (reader.field === 2) { const outer = reader.enter(); ...; reader.leave(outer); }
 *       else reader.skip();
 *     }
 *
 * A class with mutable fields because it is on the ingest path: one reader serves a whole request.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte to read. */
  position: number;
  /** End of the message being read. */
  end: number;
  /** Field number and wire type of the tag `next()` read last. */
  field = 0;
  wireType = 0;
  /** The 64 bits `varint64()` and `fixed64()` read last, as two unsigned words. */
  low = 0;
  high = 0;
  readonly #what: string;
  readonly #view: DataView;

  /** `what` names the input in errors, for example `OTLP logs`. */
  constructor(bytes: Uint8Array, what = 'protobuf', start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#what = what;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the next tag into `field` and `wireType`; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    const tag = this.uint32();
    this.field = tag >>> 3;
    this.wireType = tag & 7;
    if (this.field === 0) this.fail('field number 0');
    return true;
  }

  /** Throws unless the current field has wire type `wireType`. */
  expect(wireType: number): void {
    if (this.wireType !== wireType)
      this.fail(`field ${this.field} has wire type ${this.wireType}, expected ${wireType}`);
  }

  /** A varint that must fit 32 bits: tags, lengths, enums, uint32. */
  uint32(): number {
    const first = this.position;
    this.varint64();
    if (this.high !== 0) this.fail('varint above 32 bits', first);
    return this.low;
  }

  /** Reads a varint of up to 64 bits into `low` and `high`. */
  varint64(): void {
    const bytes = this.bytes;
    const end = this.end;
    let position = this.position;
    let low = 0;
    let high = 0;
    // Groups of seven bits: 0..3 wholly low, 4 straddles, 5..8 high, 9 only the topmost bit.
    for (let group = 0; group < 10; group++) {
      if (position >= end) this.fail('truncated varint');
      const byte = bytes[position++]!;
      const bits = byte & 0x7f;
      if (group < 4) low |= bits << (group * 7);
      else if (group === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (group * 7 - 32);
      if (byte < 0x80) {
        if (group === 9 && byte > 1) this.fail('varint above 64 bits');
        this.position = position;
        this.low = low >>> 0;
        this.high = high >>> 0;
        return;
      }
    }
    this.fail('varint longer than 10 bytes');
  }

  /** int64 or int32 as a number; beyond 2^53 the nearest double. */
  int64(): number {
    this.varint64();
    return this.high >= 0x80000000 ? (this.high - TWO_32) * TWO_32 + this.low : this.high * TWO_32 + this.low;
  }

  /** uint64 as a number; beyond 2^53 the nearest double. */
  uint64(): number {
    this.varint64();
    return this.high * TWO_32 + this.low;
  }

  /** int64, exact: a number where one holds it, a bigint beyond 2^53. */
  exactInt64(): number | bigint {
    const value = this.int64();
    return Number.isSafeInteger(value) ? value : BigInt.asIntN(64, this.#bits());
  }

  /** sint64 (zigzag) as a number. */
  sint64(): number {
    this.varint64();
    const negative = (this.low & 1) === 1;
    const low = ((this.low >>> 1) | ((this.high & 1) << 31)) >>> 0;
    const half = (this.high >>> 1) * TWO_32 + low;
    return negative ? -half - 1 : half;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    this.varint64();
    return this.low !== 0 || this.high !== 0;
  }

  double(): number {
    const start = this.#advance(8, 'double');
    return this.#view.getFloat64(start, true);
  }

  float(): number {
    const start = this.#advance(4, 'float');
    return this.#view.getFloat32(start, true);
  }

  fixed32(): number {
    const start = this.#advance(4, 'fixed32');
    return this.#view.getUint32(start, true);
  }

  /** fixed64 as a number; beyond 2^53 the nearest double. Also leaves the words in `low` and `high`. */
  fixed64(): number {
    const start = this.#advance(8, 'fixed64');
    this.low = this.#view.getUint32(start, true);
    this.high = this.#view.getUint32(start + 4, true);
    return this.high * TWO_32 + this.low;
  }

  /** sfixed64, exact: a number where one holds it, a bigint beyond 2^53. */
  exactSfixed64(): number | bigint {
    const start = this.#advance(8, 'sfixed64');
    const value = this.#view.getBigInt64(start, true);
    const near = Number(value);
    return Number.isSafeInteger(near) ? near : value;
  }

  /** fixed64 as a bigint: nanosecond timestamps, which a number cannot hold. */
  bigFixed64(): bigint {
    const start = this.#advance(8, 'fixed64');
    return this.#view.getBigUint64(start, true);
  }

  /** A view of the field's bytes, not a copy. */
  bytesField(): Uint8Array {
    const start = this.#delimited();
    // Not `subarray`, which gives a Buffer of a Buffer: what is decoded must not depend on what it came in.
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + start, this.position - start);
  }

  /** A string that must be valid UTF-8. */
  string(): string {
    const start = this.#delimited();
    try {
      return strictUtf8.decode(this.bytes.subarray(start, this.position));
    } catch {
      return this.fail(`field ${this.field} is not valid UTF-8`, start);
    }
  }

  /** A string whose invalid bytes become U+FFFD: for what people read, such as log lines. */
  lossyString(): string {
    const start = this.#delimited();
    return lossyUtf8.decode(this.bytes.subarray(start, this.position));
  }

  /** Goes into a sub-message (or a packed field); give what it returns to `leave`. */
  enter(): number {
    const outerEnd = this.end;
    const start = this.#delimited();
    this.end = this.position;
    this.position = start;
    return outerEnd;
  }

  /** Back to the message that holds the one entered, whatever of it was left unread. */
  leave(outerEnd: number): void {
    this.position = this.end;
    this.end = outerEnd;
  }

  /** Steps over the current field's value. */
  skip(): void {
    if (this.wireType === VARINT) this.varint64();
    else if (this.wireType === LENGTH_DELIMITED) this.#delimited();
    else if (this.wireType === FIXED64) this.#advance(8, 'fixed64');
    else if (this.wireType === FIXED32) this.#advance(4, 'fixed32');
    else this.fail(`field ${this.field} has unsupported wire type ${this.wireType}`);
  }

  fail(detail: string, offset = this.position): never {
    throw new DecodeError(this.#what, offset, detail);
  }

  #bits(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** Reads a length, checks it, moves past the content; returns where the content starts. */
  #delimited(): number {
    this.expect(LENGTH_DELIMITED);
    const length = this.uint32();
    if (length > this.end - this.position)
      this.fail(`field ${this.field} claims ${length} bytes, ${this.end - this.position} are left`);
    const start = this.position;
    this.position += length;
    return start;
  }

  #advance(size: number, type: string): number {
    if (size > this.end - this.position) this.fail(`truncated ${type}`);
    const start = this.position;
    this.position += size;
    return start;
  }
}
