import type { SeriesTable } from '../series/series-table.ts';
import type { SeriesKeys } from './shard-owner.ts';

// What one message holds: taking it in keeps its receiver from other work for some milliseconds.
const SERIES_MAX = 10_000;
const FIRST_BYTES = 1 << 20;

/** Tells of the series that a journal brings into a table, each once and in the order of their numbers, many at a time. */
export class SeriesTold {
  readonly #table: SeriesTable;
  readonly #tell: (firstRef: number, keys: SeriesKeys) => void;
  #keys = new Uint8Array(FIRST_BYTES);
  #lengths = new Uint32Array(SERIES_MAX);
  #bytes = 0;
  #count = 0;
  #first = 0;

  constructor(table: SeriesTable, tell: (firstRef: number, keys: SeriesKeys) => void) {
    this.#table = table;
    this.#tell = tell;
  }

  /** A series the journal names, by its number in the table and its canonical label bytes. */
  add(series: number, key: Uint8Array): void {
    if (series < this.#next) return;
    this.#catchUp(series);
    this.#makeRoom(key.length);
    this.#keys.set(key, this.#bytes);
    this.#push(key.length);
  }

  /** There are no more: tells of what has not been told. */
  end(): void {
    this.#catchUp(this.#table.seriesCount);
    this.#send();
  }

  get #next(): number {
    return this.#first + this.#count;
  }

  /** Series that came into the table by another way. */
  #catchUp(until: number): void {
    while (this.#next < until) {
      const series = this.#next;
      const length = this.#table.keyLength(series);
      this.#makeRoom(length);
      this.#table.writeKey(series, this.#keys, this.#bytes);
      this.#push(length);
    }
  }

  #makeRoom(length: number): void {
    if (this.#bytes + length <= this.#keys.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes + length, this.#keys.length * 2));
    larger.set(this.#keys);
    this.#keys = larger;
  }

  #push(length: number): void {
    this.#lengths[this.#count++] = length;
    this.#bytes += length;
    if (this.#count === SERIES_MAX) this.#send();
  }

  #send(): void {
    if (this.#count === 0) return;
    const keys = this.#keys.slice(0, this.#bytes);
    const keyLengths = this.#lengths.slice(0, this.#count);
    this.#first += this.#count;
    this.#count = 0;
    this.#bytes = 0;
    this.#tell(this.#first - keyLengths.length, { keys, keyLengths });
  }
}

/** Each key in turn, as a view. */
export function* keysOf({ keys, keyLengths }: SeriesKeys): Generator<Uint8Array> {
  let at = 0;
  for (const length of keyLengths) {
    yield keys.subarray(at, at + length);
    at += length;
  }
}
