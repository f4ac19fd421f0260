import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Storage } from '../storage.ts';
import type { ReadExplanation } from './explanation.ts';

const watched = new WeakMap<Storage, Storage>();

/** Counts what one node reads. */
export class ReadTrace {
  #series = 0;
  #samples = 0;
  #rolledUp = 0;
  readonly #sources = new Map<string, { series: number; files: number }>();

  get isEmpty(): boolean {
    return this.#series === 0;
  }

  explain(): ReadExplanation {
    return {
      series: this.#series,
      samples: this.#samples,
      rolledUp: this.#rolledUp,
      sources: Object.fromEntries(this.#sources),
    };
  }

  /** The storage, its readings counted here and nowhere else. */
  watch(storage: Storage): Storage {
    const plain = watched.get(storage) ?? storage;
    const { open, evaluate } = plain;
    const watching: Storage = {
      select: async (selection, signal) => {
        const found = await plain.select(selection, signal);
        this.#series += found.length;
        for (const columns of found) this.#count(columns);
        return found;
      },
      ...(open && {
        open: async (selection, signal) => {
          const report = (source: string, series: number): void => this.#report(source, series);
          const found = await open.call(plain, { ...selection, report }, signal);
          this.#series += found.length;
          return found.map(({ labels, read }, i) => ({
            labels,
            read: () => {
              const columns = read.call(found[i]);
              this.#count(columns);
              return columns;
            },
          }));
        },
      }),
      ...(evaluate && { evaluate: (fragment, signal) => evaluate.call(plain, fragment, signal) }),
    };
    watched.set(watching, plain);
    return watching;
  }

  #count({ timestampsMs, rollups }: SeriesColumns): void {
    this.#samples += timestampsMs.length;
    if (rollups) this.#rolledUp += timestampsMs.length;
  }

  #report(source: string, series: number): void {
    const known = this.#sources.get(source) ?? { series: 0, files: 0 };
    known.series += series;
    if (source !== 'head') known.files++;
    this.#sources.set(source, known);
  }
}
