import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, counter, gauge } from './collector.ts';

const CPU = counter('node_cpu_seconds_total', 'Seconds the CPUs spent in each mode.');
const TOTAL = gauge('node_memory_MemTotal_bytes', 'Memory information field MemTotal_bytes.');
const FREE = gauge('node_memory_MemFree_bytes', 'Memory information field MemFree_bytes.');
const AVAILABLE = gauge('node_memory_MemAvailable_bytes', 'Memory information field MemAvailable_bytes.');
const BOOT = gauge('node_boot_time_seconds', 'Node boot time, in unixtime.');
const MODES: Readonly<Record<string, string>> = { sys: 'system' };

/** Where there is no /proc: what Node knows of any machine, under Linux' names so that dashboards need only one. */
export function createPortableCollector(host: Host, clock: Clock): Collector {
  return {
    name: 'portable',
    collect(emit) {
      host.processors().forEach(({ times }, index) => {
        for (const [field, timeMs] of Object.entries(times)) {
          emit(CPU, timeMs / 1_000, { cpu: String(index), mode: MODES[field] ?? field });
        }
      });
      const { totalBytes, freeBytes } = host.memory();
      emit(TOTAL, totalBytes);
      emit(FREE, freeBytes);
      emit(AVAILABLE, freeBytes);
      emit(BOOT, Math.round(clock.now() / 1_000 - host.uptimeSeconds()));
    },
  };
}
