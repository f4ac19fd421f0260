/** Buffers that requests are uncompressed into, so that each does not cost the pages of a new one. */
export interface BufferPool {
  /** A buffer of some size, to be handed to a decoder that may use it. */
  take(): Uint8Array;
  /** Takes back what the decoder returned, once nothing refers to it. */
  giveBack(bytes: Uint8Array): void;
}

const BUFFERS_MAX = 8;
const BYTES_MAX = 2 ** 20;
const NONE = new Uint8Array(0);

export function createBufferPool(): BufferPool {
  const free: Uint8Array[] = [];
  return {
    take: () => free.pop() ?? NONE,
    giveBack(bytes) {
      const whole = new Uint8Array(bytes.buffer);
      if (free.length < BUFFERS_MAX && whole.length <= BYTES_MAX) free.push(whole);
    },
  };
}
