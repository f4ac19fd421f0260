import { DecodeError } from '../protobuf/decode-error.ts';

// Up to here a loop beats the call overhead of a typed array's own copy (measured on Node 26).
const SHORT_LITERAL_BYTES = 32;
// The last step of a copy may write this far beyond its end.
const SLACK_BYTES = 8;

/** The length the block says it has uncompressed, and where its elements start. */
function readPreamble(source: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = source[i];
    if (byte === undefined) throw fault(i, 'the length is cut short');
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    if (length >= 2 ** 32) break;
    return { length, start: i + 1 };
  }
  throw fault(0, 'the length is above 32 bits');
}

/**
 * Uncompresses one Snappy block (google/snappy, format_description.txt; not the framing format). The result has at most
 * `limitBytes` bytes; a block that claims more is refused before anything is allocated. With `reuse`, the result is a
 * view of that buffer when it is large enough. Throws DecodeError.
 *
 * Bytes are moved eight at a time, a little beyond the end of what is meant, which the next element overwrites: 1.4 times
 * as fast as four at a time, 2.5 times as fast as a loop over bytes (Node 26, remote write; V8 compiles a load of a
 * BigInt that is stored at once to one of a register).
 */
export function decodeSnappy(source: Uint8Array, limitBytes: number, reuse?: Uint8Array): Uint8Array {
  const { length, start } = readPreamble(source);
  if (length > limitBytes)
    throw fault(0, `it claims ${length} bytes uncompressed, the limit is ${limitBytes}; send less at once`);
  // The densest element makes 64 bytes of 3, so a larger claim is a lie.
  if (length > (source.length - start) * 22 + 64)
    throw fault(0, `it claims ${length} bytes, which cannot be`);
  const capacity = length + SLACK_BYTES;
  const target = reuse && reuse.length >= capacity ? reuse : new Uint8Array(capacity);
  const from = new DataView(source.buffer, source.byteOffset, source.length);
  const to = new DataView(target.buffer, target.byteOffset, target.length);
  const sourceEnd = source.length;
  const lastWhole = sourceEnd - SHORT_LITERAL_BYTES;
  let at = start;
  let out = 0;
  while (at < sourceEnd) {
    const tag = source[at++]!;
    if ((tag & 3) === 0) {
      let size = tag >>> 2;
      if (size >= 60) {
        const extra = size - 59;
        if (at + extra > sourceEnd) throw fault(at, 'a literal is cut short');
        size = 0;
        for (let i = extra - 1; i >= 0; i--) size = size * 256 + source[at + i]!;
        at += extra;
      }
      size++;
      if (size > sourceEnd - at || size > length - out) throw fault(at, 'a literal is cut short');
      if (size <= SHORT_LITERAL_BYTES && at <= lastWhole) {
        for (let moved = 0; moved < size; moved += 8)
          to.setBigUint64(out + moved, from.getBigUint64(at + moved, true), true);
      } else target.set(source.subarray(at, at + size), out);
      at += size;
      out += size;
      continue;
    }
    let size: number;
    let distance: number;
    if ((tag & 3) === 1) {
      if (at >= sourceEnd) throw fault(at, 'a copy is cut short');
      size = ((tag >>> 2) & 7) + 4;
      distance = ((tag & 0xe0) << 3) | source[at++]!;
    } else if ((tag & 3) === 2) {
      if (at + 2 > sourceEnd) throw fault(at, 'a copy is cut short');
      size = (tag >>> 2) + 1;
      distance = source[at]! | (source[at + 1]! << 8);
      at += 2;
    } else {
      if (at + 4 > sourceEnd) throw fault(at, 'a copy is cut short');
      size = (tag >>> 2) + 1;
      distance = from.getUint32(at, true);
      at += 4;
    }
    if (distance === 0 || distance > out) throw fault(at, `a copy reaches ${distance} bytes back of ${out}`);
    if (size > length - out) throw fault(at, 'there is more than the length says');
    const end = out + size;
    // A step never reads what it writes itself; an overlap repeats what earlier steps wrote.
    if (distance >= 8) {
      for (; out < end; out += 8) to.setBigUint64(out, to.getBigUint64(out - distance, true), true);
      out = end;
    } else if (distance >= 4) {
      for (; out < end; out += 4) to.setUint32(out, to.getUint32(out - distance, true), true);
      out = end;
    } else for (; out < end; out++) target[out] = target[out - distance]!;
  }
  if (out !== length) throw fault(at, `there are ${out} bytes, the length says ${length}`);
  return target.subarray(0, length);
}

function fault(offset: number, detail: string): DecodeError {
  return new DecodeError('Snappy block', offset, detail);
}
