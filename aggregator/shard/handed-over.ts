const HANDED_OVER_BYTES_MIN = 4_096;

/** The buffers of columns that go to another thread for good, each once. */
export function distinctBuffers(columns: readonly ArrayBufferView[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  // Handing over has its price: a small one is copied sooner. An empty one may be a constant.
  for (const { buffer } of columns)
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= HANDED_OVER_BYTES_MIN) buffers.add(buffer);
  return [...buffers];
}

/** The columns of an accumulator's state. */
export function columnsOfState(state: unknown): ArrayBufferView[] {
  if (typeof state !== 'object' || state === null) return [];
  return [state, ...Object.values(state)].filter((part) => ArrayBuffer.isView(part));
}
