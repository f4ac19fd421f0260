import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge } from 'prom-client';

export interface LogStoreFigures {
  readonly headLines: number;
  readonly headBytes: number;
  readonly blocks: number;
  readonly blockBytes: number;
  readonly unreadable: readonly string[];
}

export type LogMetrics = ReturnType<typeof createLogMetrics>;

/** The log store's own metrics. */
export function createLogMetrics(registry: MetricsRegistry, figures: () => LogStoreFigures) {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string, value: (figures: LogStoreFigures) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(figures()));
      },
    });
  gauge('tocsin_logs_head_lines', 'Lines in memory and in no block yet.', ({ headLines }) => headLines);
  gauge('tocsin_logs_head_bytes', 'Memory held by those lines.', ({ headBytes }) => headBytes);
  gauge('tocsin_logs_blocks', 'Sealed blocks.', ({ blocks }) => blocks);
  gauge('tocsin_logs_block_bytes', 'Bytes in sealed blocks.', ({ blockBytes }) => blockBytes);
  gauge(
    'tocsin_logs_unreadable_blocks',
    'Blocks that cannot be read.',
    ({ unreadable }) => unreadable.length,
  );
  return {
    lines: counter('tocsin_logs_lines_total', 'Lines kept durably; repeated ones included.'),
    refused: counter(
      'tocsin_logs_refused_lines_total',
      'Lines refused in requests of which the rest was kept.',
    ),
    failed: new Counter({
      name: 'tocsin_logs_failed_requests_total',
      help: 'Requests of which nothing was kept, by the status they were answered with.',
      labelNames: ['code'],
      registers,
    }),
    sealed: counter('tocsin_logs_sealed_blocks_total', 'Blocks written.'),
    removed: counter('tocsin_logs_removed_blocks_total', 'Blocks removed because their time is over.'),
    queries: counter('tocsin_logs_queries_total', 'Log queries answered.'),
    scannedBytes: counter('tocsin_logs_scanned_bytes_total', 'Uncompressed bytes read by queries.'),
    skippedChunks: counter('tocsin_logs_skipped_chunks_total', 'Chunks that their needle filter ruled out.'),
    readFailures: counter('tocsin_logs_read_failures_total', 'Chunks that could not be read for a query.'),
  };
}
