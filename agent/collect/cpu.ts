import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, counter } from './collector.ts';
import { CLOCK_TICKS_PER_SECOND } from './ticks.ts';

const CPU = counter('node_cpu_seconds_total', 'Seconds the CPUs spent in each mode.');
const GUEST = counter(
  'node_cpu_guest_seconds_total',
  'Seconds the CPUs spent in guests (VMs) for each mode.',
);
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;

/** Times of each processor, from /proc/stat (proc_stat(5)). */
export function createCpuCollector(host: Host): Collector {
  return {
    name: 'cpu',
    collect(emit) {
      for (const line of (host.readText('/proc/stat') ?? '').split('\n')) {
        const match = /^cpu(\d+) (.*)$/.exec(line);
        if (!match) continue;
        const cpu = match[1]!;
        const ticks = match[2]!.trim().split(/\s+/).map(Number);
        MODES.forEach((mode, i) => {
          const value = ticks[i];
          if (value !== undefined && !Number.isNaN(value))
            emit(CPU, value / CLOCK_TICKS_PER_SECOND, { cpu, mode });
        });
        const [guest, guestNice] = [ticks[8], ticks[9]];
        if (guest !== undefined) emit(GUEST, guest / CLOCK_TICKS_PER_SECOND, { cpu, mode: 'user' });
        if (guestNice !== undefined) emit(GUEST, guestNice / CLOCK_TICKS_PER_SECOND, { cpu, mode: 'nice' });
      }
    },
  };
}
