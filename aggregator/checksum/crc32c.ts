// Slicing by sixteen: sixteen tables, one step per sixteen bytes. 1.6 GB/s in V8 here, by eight 1.2; Node's own
// zlib.crc32 is faster but is the other polynomial, which catches fewer error patterns in records of this size (RFC 3720, 12.1).
const POLYNOMIAL = 0x82f63b78;
const [T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15] = makeTables() as SixteenTables;

/** CRC-32C (Castagnoli) of the bytes; `seed` is the checksum of what came before them. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed;
  const { length } = bytes;
  let i = 0;
  if (length >= 16) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    for (const wide = length - 15; i < wide; i += 16) {
      const a = view.getInt32(i, true) ^ crc;
      const b = view.getInt32(i + 4, true);
      const c = view.getInt32(i + 8, true);
      const d = view.getInt32(i + 12, true);
      crc =
        T15[a & 255]! ^
        T14[(a >>> 8) & 255]! ^
        T13[(a >>> 16) & 255]! ^
        T12[a >>> 24]! ^
        T11[b & 255]! ^
        T10[(b >>> 8) & 255]! ^
        T9[(b >>> 16) & 255]! ^
        T8[b >>> 24]! ^
        T7[c & 255]! ^
        T6[(c >>> 8) & 255]! ^
        T5[(c >>> 16) & 255]! ^
        T4[c >>> 24]! ^
        T3[d & 255]! ^
        T2[(d >>> 8) & 255]! ^
        T1[(d >>> 16) & 255]! ^
        T0[d >>> 24]!;
    }
  }
  for (; i < length; i++) crc = (crc >>> 8) ^ T0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

type Table = Uint32Array;
type FourTables = [Table, Table, Table, Table];
type SixteenTables = [...FourTables, ...FourTables, ...FourTables, ...FourTables];

function makeTables(): Table[] {
  const first = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[i] = crc;
  }
  const tables = [first];
  while (tables.length < 16) tables.push(tables.at(-1)!.map((crc) => (crc >>> 8) ^ first[crc & 255]!));
  return tables;
}
