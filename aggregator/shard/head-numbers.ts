import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { LabelIndex } from '../series/label-index.ts';
import type { SeriesTable } from '../series/series-table.ts';

type SealedIndex = Pick<LabelIndex, 'seriesCount' | 'labelsOf'>;

interface Known {
  readonly table: SeriesTable;
  readonly numbers: Int32Array;
  /** How many series the table had when the numbers were begun. */
  readonly tableCount: number;
}

const UNASKED = -2;

/**
 * What number a partition's series have in the head, or -1. Both number their series on their own; joining them by their
 * labels would cost more than decoding their samples, so it is done once for each series, not each query.
 */
export class HeadNumbers {
  readonly #known = new WeakMap<SealedIndex, Known>();

  numberOf(index: SealedIndex, table: SeriesTable, series: number): number {
    const numbers = this.#numbers(index, table);
    const known = numbers[series]!;
    if (known !== UNASKED) return known;
    const key = encodeLabels(index.labelsOf(series));
    const found = table.find(key, 0, key.length);
    numbers[series] = found;
    return found;
  }

  #numbers(index: SealedIndex, table: SeriesTable): Int32Array {
    const known = this.#known.get(index);
    const tableCount = table.seriesCount;
    if (known?.table === table && known.tableCount === tableCount) return known.numbers;
    const isSameTable = known?.table === table;
    // What the table did not have it may have now.
    const numbers = isSameTable
      ? known.numbers.map((number) => (number < 0 ? UNASKED : number))
      : new Int32Array(index.seriesCount).fill(UNASKED);
    this.#known.set(index, { table, numbers, tableCount });
    return numbers;
  }
}
