import type { ExemplarEntry } from '../shard/batch.ts';

/** The newest exemplars, at most `max` of them over all series; an older one gives way to a newer. */
export class ExemplarRing {
  readonly #max: number;
  readonly #entries: ExemplarEntry[] = [];
  #next = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(entry: ExemplarEntry): void {
    if (this.#entries.length < this.#max) this.#entries.push(entry);
    else this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** The same exemplars under other series numbers; those of series without one are left out. */
  renumbered(numberOf: ReadonlyMap<number, number>): ExemplarRing {
    const ring = new ExemplarRing(this.#max);
    for (const { series, exemplar } of [
      ...this.#entries.slice(this.#next),
      ...this.#entries.slice(0, this.#next),
    ]) {
      const number = numberOf.get(series);
      if (number !== undefined) ring.add({ series: number, exemplar });
    }
    return ring;
  }

  /** Those of the series in [fromMs, toMs], by series, each in order of time and each once. */
  select(
    series: ReadonlySet<number>,
    fromMs: number,
    toMs: number,
  ): Map<number, ExemplarEntry['exemplar'][]> {
    const found = new Map<number, ExemplarEntry['exemplar'][]>();
    for (const { series: number, exemplar } of this.#entries) {
      if (!series.has(number) || exemplar.timestampMs < fromMs || exemplar.timestampMs > toMs) continue;
      const list = found.get(number);
      if (list) list.push(exemplar);
      else found.set(number, [exemplar]);
    }
    for (const [number, list] of found) {
      list.sort((a, b) => a.timestampMs - b.timestampMs);
      found.set(
        number,
        list.filter((one, i) => i === 0 || !sameExemplar(one, list[i - 1]!)),
      );
    }
    return found;
  }
}

function sameExemplar(a: ExemplarEntry['exemplar'], b: ExemplarEntry['exemplar']): boolean {
  return (
    a.timestampMs === b.timestampMs && a.value === b.value && a.labels.join('\0') === b.labels.join('\0')
  );
}
