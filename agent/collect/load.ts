import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, gauge } from './collector.ts';

const LOADS = [
  gauge('node_load1', '1m load average.'),
  gauge('node_load5', '5m load average.'),
  gauge('node_load15', '15m load average.'),
];

export function createLoadCollector(host: Host): Collector {
  return {
    name: 'loadavg',
    collect(emit) {
      const text = host.readText('/proc/loadavg');
      const loads = text === null ? host.load() : text.split(' ').slice(0, 3).map(Number);
      LOADS.forEach((metric, i) => {
        const load = loads[i];
        if (load !== undefined && !Number.isNaN(load)) emit(metric, load);
      });
    },
  };
}
