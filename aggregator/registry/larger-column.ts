type Column = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The column with twice the room. */
export function larger<T extends Column>(array: T, make: new (length: number) => T): T {
  const copy = new make(array.length * 2);
  copy.set(array);
  return copy;
}
