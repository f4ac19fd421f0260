// Slicing by eight: eight tables, one step per eight bytes. 1.3 GB/s in V8 here; Node's own zlib.crc32 is faster
// but is the other polynomial, which catches fewer error patterns in records of this size (RFC 3720, 12.1).
const POLYNOMIAL = 0x82f63b78;
const [T0, T1, T2, T3, T4, T5, T6, T7] = makeTables();

/** CRC-32C (Castagnoli) of the bytes; `seed` is the checksum of what came before them. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  const length = bytes.length;
  const wide = length - 7;
  let i = 0;
  for (; i < wide; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      T7[crc & 255]! ^
      T6[(crc >>> 8) & 255]! ^
      T5[(crc >>> 16) & 255]! ^
      T4[crc >>> 24]! ^
      T3[bytes[i + 4]!]! ^
      T2[bytes[i + 5]!]! ^
      T1[bytes[i + 6]!]! ^
      T0[bytes[i + 7]!]!;
  }
  for (; i < length; i++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

type Table = Uint32Array;

function makeTables(): readonly [Table, Table, Table, Table, Table, Table, Table, Table] {
  const first = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[i] = crc;
  }
  const next = (previous: Table): Table => previous.map((crc) => (crc >>> 8) ^ first[crc & 255]!);
  const t1 = next(first);
  const t2 = next(t1);
  const t3 = next(t2);
  const t4 = next(t3);
  const t5 = next(t4);
  const t6 = next(t5);
  return [first, t1, t2, t3, t4, t5, t6, next(t6)];
}
