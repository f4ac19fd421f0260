/** Stored bytes that do not hold what they should; the checksum in front of them failed or a writer was wrong. */
export class StoredDataError extends Error {
  override readonly name = 'StoredDataError';
}

// What bit operations can hold.
const INTEGERS_MAX = 2 ** 31;

/** Reads what ByteWriter wrote. Every read is checked against the end and throws StoredDataError. */
export class ByteReader {
  bytes: Uint8Array;
  position: number;
  end: number;
  #view: DataView | null = null;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Goes on elsewhere: whoever reads a few bytes in thousands of places needs one reader only. */
  moveTo(bytes: Uint8Array, position: number, end: number): this {
    if (bytes !== this.bytes) this.#view = null;
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    return this;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  byte(): number {
    this.#need(1);
    return this.bytes[this.position++]!;
  }

  varint(): number {
    const { bytes, position } = this;
    // Most are of one or two bytes: then it is a matter of small integers.
    if (position + 1 < this.end) {
      const first = bytes[position]!;
      if (first < 0x80) {
        this.position = position + 1;
        return first;
      }
      const second = bytes[position + 1]!;
      if (second < 0x80) {
        this.position = position + 2;
        return (first & 0x7f) | (second << 7);
      }
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new StoredDataError(`Cannot read a number at byte ${this.position}: it is too long`);
  }

  zigzag(): number {
    const value = this.varint();
    if (value < INTEGERS_MAX) return (value >>> 1) ^ -(value & 1);
    const half = Math.floor(value / 2);
    return half * 2 === value ? half : -half - 1;
  }

  uint32(): number {
    this.#need(4);
    this.position += 4;
    return this.#words().getUint32(this.position - 4, true);
  }

  double(): number {
    this.#need(8);
    this.position += 8;
    return this.#words().getFloat64(this.position - 8, true);
  }

  /** A view of the next `count` bytes. */
  take(count: number): Uint8Array {
    this.#need(count);
    this.position += count;
    return this.bytes.subarray(this.position - count, this.position);
  }

  prefixed(): Uint8Array {
    return this.take(this.varint());
  }

  // Made when it is needed: most chunks hold no words, and a view costs as much as decoding ten samples.
  #words(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.#view ??= new DataView(buffer, byteOffset, byteLength);
    return this.#view;
  }

  /** Steps over `count` bytes; returns where they begin. */
  skip(count: number): number {
    this.#need(count);
    this.position += count;
    return this.position - count;
  }

  #need(count: number): void {
    if (!(count <= this.end - this.position))
      throw new StoredDataError(`Cannot read ${count} bytes at byte ${this.position} of ${this.end}`);
  }
}
