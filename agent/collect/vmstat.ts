import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, counter } from './collector.ts';

// node_exporter's own choice of the many: memory that is short shows here first.
const FIELDS = /^(oom_kill|pgpgin|pgpgout|pswpin|pswpout|pgfault|pgmajfault) (\d+)$/gm;

export function createVmstatCollector(host: Host): Collector {
  return {
    name: 'vmstat',
    collect(emit) {
      for (const [, field, value] of (host.readText('/proc/vmstat') ?? '').matchAll(FIELDS)) {
        emit(counter(`node_vmstat_${field}`, `/proc/vmstat information field ${field}.`), Number(value));
      }
    },
  };
}
