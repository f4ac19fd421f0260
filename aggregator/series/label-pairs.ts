import { decodeLabelPairs } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { ByteTable } from './byte-table.ts';
import { labelEnd } from './label-end.ts';

/**
 * Labels (name and value together) by number. A label set is then a short list of numbers, and a label that thousands of
 * series carry is decoded and kept once.
 */
export class LabelPairs {
  readonly #table: ByteTable;
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  /** `seed` keeps a sender from choosing labels that collide. */
  constructor(seed: number) {
    this.#table = new ByteTable(seed);
  }

  get size(): number {
    return this.#names.length;
  }

  get heldBytes(): number {
    return this.#table.heldBytes;
  }

  /** The number of the label that is the whole of `bytes[start..end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#table.find(bytes, start, end);
  }

  /** The same, given a number when it has none. Throws DecodeError for invalid UTF-8. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const known = this.#table.find(bytes, start, end);
    if (known >= 0) return known;
    const [name = '', value = ''] = decodeLabelPairs(bytes, start, end);
    const pair = this.#table.add(bytes, start, end);
    this.#names.push(name);
    this.#values.push(value);
    return pair;
  }

  nameOf(pair: number): string {
    return this.#names[pair]!;
  }

  valueOf(pair: number): string {
    return this.#values[pair]!;
  }

  /** The label's bytes; a view. */
  bytesOf(pair: number): Uint8Array {
    return this.#table.keyOf(pair);
  }

  /**
   * The names and values of canonical label bytes, as `decodeLabelPairs` gives them; those that have a number are not
   * decoded again. Throws DecodeError for invalid UTF-8.
   */
  decode(bytes: Uint8Array, start = 0, end = bytes.length): string[] {
    const labels: string[] = [];
    for (let at = start; at < end; ) {
      const next = labelEnd(bytes, at);
      const pair = this.#table.find(bytes, at, next);
      if (pair >= 0) labels.push(this.#names[pair]!, this.#values[pair]!);
      else labels.push(...decodeLabelPairs(bytes, at, next));
      at = next;
    }
    return labels;
  }
}
