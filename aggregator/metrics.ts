import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge } from 'prom-client';
import { createIngestMetrics } from './ingest/ingest-metrics.ts';
import type { OwnerFigures } from './shard/shard-owner.ts';

/** The aggregator's own metrics; what the store holds is asked for when they are collected. */
export function createAggregatorMetrics(registry: MetricsRegistry, figures: () => OwnerFigures) {
  const registers = [registry];
  const gauge = (name: string, help: string, value: (figures: OwnerFigures) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(figures()));
      },
    });
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
    (held) => held.quarantined.length,
  );
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
  };
}
