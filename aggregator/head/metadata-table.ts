import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';

/** What is known of each metric; the newest that was sent, and a limit on how many metrics. */
export class MetadataTable {
  /** Rises with every change. */
  changes = 0;
  readonly #max: number;
  readonly #byMetric = new Map<string, MetricMetadata>();

  constructor(max: number) {
    this.#max = max;
  }

  /** True when this says something new. */
  isNews(metadata: MetricMetadata): boolean {
    const known = this.#byMetric.get(metadata.metric);
    if (!known) return this.#byMetric.size < this.#max;
    return known.type !== metadata.type || known.help !== metadata.help || known.unit !== metadata.unit;
  }

  set(metadata: MetricMetadata): void {
    if (!this.isNews(metadata)) return;
    this.#byMetric.set(metadata.metric, metadata);
    this.changes++;
  }

  get(metric: string): MetricMetadata | undefined {
    return this.#byMetric.get(metric);
  }

  all(): IterableIterator<MetricMetadata> {
    return this.#byMetric.values();
  }
}
