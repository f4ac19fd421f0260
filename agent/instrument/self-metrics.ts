import { Counter, Gauge, type Registry } from 'prom-client';
import type { Outcome } from '../send/outcome.ts';
import type { Parcel, ParcelQueue } from '../send/parcel.ts';

export type Signal = Parcel['kind'];

/** What the library did with the service's metrics and logs, sent along with them. */
export interface SelfMetrics {
  observeSend(outcome: Outcome['kind'], parcel: Parcel): void;
  dropped(
    signal: Signal,
    reason: 'queue_full' | 'refused' | 'buffer_full' | 'too_many_series',
    items: number,
  ): void;
  misused(): void;
  collectFailed(): void;
  watchQueue(signal: Signal, queue: ParcelQueue): void;
}

export function createSelfMetrics(registry: Registry): SelfMetrics {
  const registers = [registry];
  const sent = new Counter({
    name: 'tocsin_client_sent_total',
    help: 'Samples and log records the aggregator has taken.',
    labelNames: ['signal'],
    registers,
  });
  const failures = new Counter({
    name: 'tocsin_client_send_failures_total',
    help: 'Attempts to send that failed and will be repeated.',
    labelNames: ['signal'],
    registers,
  });
  const dropped = new Counter({
    name: 'tocsin_client_dropped_total',
    help: 'Samples and log records that were given up, by reason.',
    labelNames: ['signal', 'reason'],
    registers,
  });
  const misuses = new Counter({
    name: 'tocsin_client_misuses_total',
    help: 'Calls on a metric that were left out because of a wrong label or value.',
    registers,
  });
  const collectFailures = new Counter({
    name: 'tocsin_client_collect_failures_total',
    help: 'Registries that could not be read in a round.',
    registers,
  });
  const queues = new Map<Signal, ParcelQueue>();
  new Gauge({
    name: 'tocsin_client_queue_bytes',
    help: 'Bytes that wait to be sent.',
    labelNames: ['signal'],
    registers,
    collect() {
      for (const [signal, queue] of queues) this.set({ signal }, queue.bytes);
    },
  });
  return {
    observeSend(outcome, { kind, items }) {
      if (outcome === 'delivered') sent.inc({ signal: kind }, items);
      else if (outcome === 'retry') failures.inc({ signal: kind });
      else dropped.inc({ signal: kind, reason: 'refused' }, items);
    },
    dropped: (signal, reason, items) => dropped.inc({ signal, reason }, items),
    misused: () => misuses.inc(),
    collectFailed: () => collectFailures.inc(),
    watchQueue: (signal, queue) => void queues.set(signal, queue),
  };
}
