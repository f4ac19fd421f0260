/**
 * Bytes or text from outside that are not what they claim to be. `offset` counts bytes (or characters, in a text
 * format) from the start of the input the decoder was given; -1 where a format has no offsets, such as parsed JSON.
 */
export class DecodeError extends Error {
  readonly offset: number;

  constructor(what: string, offset: number, detail: string) {
    super(
      offset < 0 ? `Cannot decode ${what}: ${detail}` : `Cannot decode ${what} at byte ${offset}: ${detail}`,
    );
    this.name = 'DecodeError';
    this.offset = offset;
  }
}
