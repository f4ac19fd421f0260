import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge } from 'prom-client';
import { createIngestMetrics } from './ingest/ingest-metrics.ts';
import { SERIES_LIMITS } from './registry/series-limits.ts';
import type { MetricStore } from './store/metric-store.ts';
import type { StoreFigures } from './store/sum-figures.ts';

/** The aggregator's own metrics; what the store holds is asked for when they are collected. */
export function createAggregatorMetrics(registry: MetricsRegistry, store: MetricStore) {
  const registers = [registry];
  let asked: Promise<StoreFigures> | null = null;
  /** The same for all gauges of one collection. */
  const figures = (): Promise<StoreFigures> => {
    asked ??= store.figures().finally(() => {
      asked = null;
    });
    return asked;
  };
  const gauge = (name: string, help: string, value: (figures: StoreFigures) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(value(await figures()));
      },
    });
  gauge('tocsin_store_owners', 'Shard owners, each a thread.', ({ owners }) => owners);
  gauge('tocsin_store_series', 'Series in memory.', ({ series }) => series);
  gauge('tocsin_store_open_ranges', 'Time ranges in memory.', ({ openRanges }) => openRanges);
  gauge('tocsin_store_head_samples', 'Samples in memory.', ({ headSamples }) => headSamples);
  gauge('tocsin_store_head_bytes', 'Memory held by samples and series.', ({ headBytes }) => headBytes);
  gauge('tocsin_store_journal_bytes', 'Bytes in the journal.', ({ journalBytes }) => journalBytes);
  gauge('tocsin_store_partitions', 'Sealed files.', ({ partitions }) => partitions);
  gauge('tocsin_store_partition_bytes', 'Bytes in sealed files.', ({ partitionBytes }) => partitionBytes);
  gauge(
    'tocsin_store_quarantined_files',
    'Sealed files that cannot be read.',
    () => store.trouble().quarantined.length,
  );
  gauge('tocsin_stream_groups', 'Groups of stream aggregation.', ({ streamGroups }) => streamGroups);
  gauge(
    'tocsin_stream_open_samples',
    'Samples in windows that are not closed yet.',
    ({ streamOpenSamples }) => streamOpenSamples,
  );
  const streamCounter = (name: string, help: string, value: (figures: StoreFigures) => number): Counter =>
    new Counter({
      name,
      help,
      registers,
      async collect() {
        const total = value(await figures());
        this.reset();
        this.inc(total);
      },
    });
  streamCounter(
    'tocsin_stream_samples_total',
    'Samples taken in for stream aggregation.',
    ({ streamSamples }) => streamSamples,
  );
  streamCounter(
    'tocsin_stream_late_samples_total',
    'Samples for windows that were closed between their arrival and their turn.',
    ({ streamLate }) => streamLate,
  );
  streamCounter(
    'tocsin_stream_overfull_samples_total',
    'Samples refused because open windows held as many as they may.',
    ({ streamOverfull }) => streamOverfull,
  );
  streamCounter(
    'tocsin_stream_outputs_total',
    'Samples that closed windows came to.',
    ({ streamOutputs }) => streamOutputs,
  );
  new Counter({
    name: 'tocsin_store_refused_series_total',
    help: 'New series that a limit refused, counted each time one was sent, by the name of the limit in tocsin.yaml.',
    labelNames: ['limit'],
    registers,
    collect() {
      this.reset();
      for (const limit of SERIES_LIMITS) this.inc({ limit }, store.refusedByLimit().get(limit) ?? 0);
    },
  });
  return {
    ingest: createIngestMetrics(registry),
    maintenanceFailures: new Counter({
      name: 'tocsin_store_maintenance_failures_total',
      help: 'Rounds of sealing, merging or retention that did not finish; they are tried again.',
      registers,
    }),
    gate: {
      running: new Gauge({ name: 'tocsin_query_running', help: 'Queries being evaluated.', registers }),
      waiting: new Gauge({
        name: 'tocsin_query_waiting',
        help: 'Queries waiting for their turn.',
        registers,
      }),
      refused: new Counter({
        name: 'tocsin_query_refused_total',
        help: 'Queries refused because too many were waiting.',
        registers,
      }),
    },
    queryLogDropped: new Counter({
      name: 'tocsin_query_log_dropped_total',
      help: 'Lines of the query log that could not be written.',
      registers,
    }),
    live: {
      clients: new Gauge({
        name: 'tocsin_query_live_clients',
        help: 'Clients with live queries.',
        registers,
      }),
      queries: new Gauge({
        name: 'tocsin_query_live_queries',
        help: 'Live queries, each once however many clients have it.',
        registers,
      }),
      refused: new Counter({
        name: 'tocsin_query_live_refused_total',
        help: 'Clients refused because there were too many, or too many live queries.',
        registers,
      }),
      stalled: new Counter({
        name: 'tocsin_query_live_stalled_total',
        help: 'Clients cut off because they took nothing for too long.',
        registers,
      }),
    },
  };
}
