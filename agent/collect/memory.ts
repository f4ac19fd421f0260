import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, gauge, type Metric } from './collector.ts';

/** Every line of /proc/meminfo as `node_memory_NAME_bytes`; lines without a unit are counts. */
export function createMemoryCollector(host: Host): Collector {
  const metrics = new Map<string, Metric>();
  return {
    name: 'meminfo',
    collect(emit) {
      for (const line of (host.readText('/proc/meminfo') ?? '').split('\n')) {
        const match = /^([A-Za-z0-9_()]+):\s+(\d+)( kB)?$/.exec(line);
        if (!match) continue;
        const field = match[1]!.replaceAll('(', '_').replaceAll(')', '');
        let metric = metrics.get(field);
        if (!metric) {
          const name = match[3] ? `node_memory_${field}_bytes` : `node_memory_${field}`;
          metric = gauge(name, `Memory information field ${name.slice('node_memory_'.length)}.`);
          metrics.set(field, metric);
        }
        emit(metric, Number(match[2]) * (match[3] ? 1024 : 1));
      }
    },
  };
}
