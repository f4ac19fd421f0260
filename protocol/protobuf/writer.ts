import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from './wire-type.ts';

const TWO_32 = 4294967296;
const utf8 = new TextEncoder();

/**
 * Appends protobuf wire format to a buffer that grows by doubling. Fields are written whatever their value: leaving
 * out defaults is the caller's choice, because in `oneof` and `optional` a default means something.
 * `clear()` keeps the buffer, so a long-lived sender allocates once.
 */
export class ProtobufWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** A view of what was written, valid until the next write. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Drops everything behind `length`: undoes the writes since then. */
  truncate(length: number): void {
    if (length < this.#length) this.#length = length;
  }

  /** uint32, uint64, bool, enum: a non-negative integer up to 2^53. */
  uint(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.varint(value);
  }

  /** int32 and int64: an integer within ±2^53, or any 64-bit bigint. */
  int(field: number, value: number | bigint): void {
    this.#tag(field, VARINT);
    if (typeof value === 'number' && value >= 0) this.varint(value);
    else this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
  }

  /** sint32 and sint64 (zigzag): an integer within ±2^52. */
  sint(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.zigzag(value);
  }

  bool(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0);
  }

  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.rawDouble(value);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** fixed64: an integer up to 2^53 or any unsigned bigint. */
  fixed64(field: number, value: number | bigint): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, BigInt(value), true);
    this.#length += 8;
  }

  sfixed64(field: number, value: number | bigint): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, BigInt(value), true);
    this.#length += 8;
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, LENGTH_DELIMITED);
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  string(field: number, value: string): void {
    const mark = this.begin(field);
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#reserve(value.length * 3);
    this.#length += utf8.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    this.end(mark);
  }

  /** Starts a sub-message (or a packed field); give what it returns to `end`. */
  begin(field: number): number {
    this.#tag(field, LENGTH_DELIMITED);
    this.#reserve(1);
    this.#length += 1;
    return this.#length;
  }

  /** Writes the length in front of what came since `begin`, moving it when one byte does not hold the length. */
  end(mark: number): void {
    const size = this.#length - mark;
    const extra = varintSize(size) - 1;
    // Room for all of it now: growing copies only up to `#length`, which is about to step back.
    this.#reserve(extra + 10);
    if (extra > 0) {
      this.#bytes.copyWithin(mark + extra, mark, this.#length);
    }
    this.#length = mark - 1;
    this.varint(size);
    this.#length += size;
  }

  /** A bare varint, as in packed fields. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = rest < TWO_32 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A bare zigzag varint. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** A bare double: eight bytes, the bits as they are (a stale marker stays one). */
  rawDouble(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A bare double from its two words: for values whose NaN bits must survive. */
  rawWords(low: number, high: number): void {
    this.#reserve(8);
    this.#view.setUint32(this.#length, low, true);
    this.#view.setUint32(this.#length + 4, high, true);
    this.#length += 8;
  }

  /** The tag of a double written with `rawDouble` or `rawWords`. */
  doubleTag(field: number): void {
    this.#tag(field, FIXED64);
  }

  #tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let limit = 0x80; value >= limit; limit *= 0x80) size++;
  return size;
}
