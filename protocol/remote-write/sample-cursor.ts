import { ProtobufReader } from '../protobuf/reader.ts';

const VALUE = 0x09; // field 1, double
const TIMESTAMP = 0x10; // field 2, int64
const DOUBLE_AND_TAG_BYTES = 9;

/**
 * Reads a Sample message of either version into its fields. A class with mutable fields because it runs once per
 * sample: the common form (value, then a timestamp since 1970) is decoded here, everything else by the general reader.
 */
export class SampleCursor {
  timestampMs = 0;
  value = 0;
  startTimestampMs = 0;

  read(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    let at = start;
    this.startTimestampMs = 0;
    if (end - at > DOUBLE_AND_TAG_BYTES && bytes[at] === VALUE) {
      this.value = view.getFloat64(at + 1, true);
      at += DOUBLE_AND_TAG_BYTES;
    } else this.value = 0; // proto3 leaves out zeros
    // Six bytes hold the milliseconds from 1971-02 to 3084: two groups of 21 bits without a 64-bit integer.
    if (end - at === 7 && bytes[at] === TIMESTAMP && bytes[at + 6]! < 0x80) {
      const low = (bytes[at + 1]! & 0x7f) | ((bytes[at + 2]! & 0x7f) << 7) | ((bytes[at + 3]! & 0x7f) << 14);
      const high = (bytes[at + 4]! & 0x7f) | ((bytes[at + 5]! & 0x7f) << 7) | (bytes[at + 6]! << 14);
      const continued = bytes[at + 1]! & bytes[at + 2]! & bytes[at + 3]! & bytes[at + 4]! & bytes[at + 5]!;
      if (continued >= 0x80) {
        this.timestampMs = high * 0x200000 + low;
        return;
      }
    }
    this.#readAny(bytes, start, end);
  }

  #readAny(bytes: Uint8Array, start: number, end: number): void {
    const reader = new ProtobufReader(bytes, 'remote write', start, end);
    this.value = 0;
    this.timestampMs = 0;
    while (reader.next()) {
      if (reader.field === 1) {
        reader.expect(1);
        this.value = reader.double();
      } else if (reader.field === 2) {
        reader.expect(0);
        this.timestampMs = reader.int64();
      } else if (reader.field === 3) {
        reader.expect(0);
        this.startTimestampMs = reader.int64();
      } else reader.skip();
    }
  }
}
