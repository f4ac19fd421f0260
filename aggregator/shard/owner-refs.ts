import type { SeriesTable } from '../series/series-table.ts';
import type { OwnerBatch, SeriesDefinitions } from './batch.ts';

const NONE = 0xffff_ffff;

/** Which of the owner's series a ref means. The owner may number its series anew without ingest having to know. */
export class OwnerRefs {
  #series = new Uint32Array(256).fill(NONE);

  define({ refs, keys, keyLengths }: SeriesDefinitions, table: SeriesTable): void {
    let at = 0;
    for (const [index, ref] of refs.entries()) {
      const end = at + keyLengths[index]!;
      this.#set(ref, table.addKey(keys, at, end));
      at = end;
    }
  }

  /** The series were numbered by the order of their refs. */
  restore(count: number): void {
    for (let ref = 0; ref < count; ref++) this.#set(ref, ref);
  }

  forget(refs: Uint32Array): void {
    for (const ref of refs) this.#series[ref] = NONE;
  }

  /** The batch with series in the place of refs; its column is overwritten. */
  translate(batch: OwnerBatch): OwnerBatch {
    const { series, histograms, exemplars } = batch;
    for (let i = 0; i < series.length; i++) series[i] = this.#seriesOf(series[i]!);
    const isPlain = histograms.length + exemplars.length === 0;
    if (isPlain) return batch;
    return {
      ...batch,
      histograms: histograms.map((entry) => ({ ...entry, series: this.#seriesOf(entry.series) })),
      exemplars: exemplars.map((entry) => ({ ...entry, series: this.#seriesOf(entry.series) })),
    };
  }

  /** Refs whose series is not marked in `live`. */
  deadIn(live: Uint8Array): Uint32Array {
    const dead: number[] = [];
    for (const [ref, series] of this.#series.entries())
      if (series !== NONE && live[series] !== 1) dead.push(ref);
    return Uint32Array.from(dead);
  }

  /** Marks the series that have a ref. */
  markIn(marks: Uint8Array): void {
    for (const series of this.#series) if (series !== NONE) marks[series] = 1;
  }

  renumber(numberOf: Uint32Array): void {
    for (const [ref, series] of this.#series.entries())
      if (series !== NONE) this.#series[ref] = numberOf[series]!;
  }

  #seriesOf(ref: number): number {
    const series = this.#series[ref];
    if (series === undefined || series === NONE) throw new Error(`Cannot find the series of ref ${ref}`);
    return series;
  }

  #set(ref: number, series: number): void {
    if (ref >= this.#series.length) {
      const larger = new Uint32Array(Math.max(ref + 1, this.#series.length * 2)).fill(NONE);
      larger.set(this.#series);
      this.#series = larger;
    }
    this.#series[ref] = series;
  }
}
