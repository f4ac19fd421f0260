import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, counter, gauge, type Metric } from './collector.ts';

const FIELDS: Readonly<Record<string, Metric>> = {
  btime: gauge('node_boot_time_seconds', 'Node boot time, in unixtime.'),
  ctxt: counter('node_context_switches_total', 'Total number of context switches.'),
  intr: counter('node_intr_total', 'Total number of interrupts serviced.'),
  processes: counter('node_forks_total', 'Total number of forks.'),
  procs_running: gauge('node_procs_running', 'Number of processes in runnable state.'),
  procs_blocked: gauge('node_procs_blocked', 'Number of processes blocked waiting for I/O to complete.'),
};

/** What /proc/stat counts beside the processors' times. */
export function createStatCollector(host: Host): Collector {
  return {
    name: 'stat',
    collect(emit) {
      for (const line of (host.readText('/proc/stat') ?? '').split('\n')) {
        // The interrupt line goes on with one number an interrupt; the first is their sum.
        const [field = '', value] = line.split(' ', 2);
        const metric = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
        if (metric && value) emit(metric, Number(value));
      }
    },
  };
}
