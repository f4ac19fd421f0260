import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { Counter, Gauge } from 'prom-client';
import type { Outcome } from './send/outcome.ts';
import type { Parcel, ParcelQueue } from './send/parcel.ts';

/** The host agent's own metrics. */
export function createAgentMetrics(registry: MetricsRegistry, queue: () => ParcelQueue | null) {
  const registers = [registry];
  const collected = new Counter({
    name: 'tocsin_agent_samples_collected_total',
    help: 'Samples collected on this host and scraped from targets.',
    registers,
  });
  const sent = new Counter({
    name: 'tocsin_agent_samples_sent_total',
    help: 'Samples the aggregator has taken.',
    registers,
  });
  const dropped = new Counter({
    name: 'tocsin_agent_samples_dropped_total',
    help: 'Samples given up: refused by the aggregator, pushed out of the full spool, or lost with the disk.',
    labelNames: ['reason'],
    registers,
  });
  const failures = new Counter({
    name: 'tocsin_agent_send_failures_total',
    help: 'Attempts to send that failed and are repeated.',
    registers,
  });
  const scrapes = new Counter({
    name: 'tocsin_agent_scrapes_total',
    help: 'Scrapes by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'tocsin_agent_spool_bytes',
    help: 'Bytes in the spool, waiting to be sent.',
    registers,
    collect() {
      this.set(queue()?.bytes ?? 0);
    },
  });
  for (const reason of ['refused', 'full', 'damaged', 'disk']) dropped.inc({ reason }, 0);
  for (const outcome of ['ok', 'failed']) scrapes.inc({ outcome }, 0);
  return {
    collected: (samples: number) => collected.inc(samples),
    dropped: (samples: number, reason: string) => dropped.inc({ reason }, samples),
    scraped: (ok: boolean) => scrapes.inc({ outcome: ok ? 'ok' : 'failed' }),
    observeSend(outcome: Outcome['kind'], { items }: Parcel) {
      if (outcome === 'delivered') sent.inc(items);
      else if (outcome === 'retry') failures.inc();
      else dropped.inc({ reason: 'refused' }, items);
    },
  };
}
