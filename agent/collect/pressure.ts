import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, counter } from './collector.ts';

const waiting = (subject: string, help: string) =>
  counter(`node_pressure_${subject}_waiting_seconds_total`, help);
const stalled = (subject: string, help: string) =>
  counter(`node_pressure_${subject}_stalled_seconds_total`, help);
const SUBJECTS = [
  { file: 'cpu', some: waiting('cpu', 'Total time in seconds that processes have waited for CPU time.') },
  {
    file: 'io',
    some: waiting('io', 'Total time in seconds that processes have waited due to IO congestion.'),
    full: stalled('io', 'Total time in seconds no process could make progress due to IO congestion.'),
  },
  {
    file: 'memory',
    some: waiting('memory', 'Total time in seconds that processes have waited for memory.'),
    full: stalled('memory', 'Total time in seconds no process could make progress due to memory congestion.'),
  },
];

/** Pressure stall information (kernel: accounting/psi), where the kernel keeps it. */
export function createPressureCollector(host: Host): Collector {
  return {
    name: 'pressure',
    collect(emit) {
      for (const { file, some, full } of SUBJECTS) {
        for (const line of (host.readText(`/proc/pressure/${file}`) ?? '').split('\n')) {
          const match = /^(some|full) .*total=(\d+)$/.exec(line);
          const metric = match?.[1] === 'some' ? some : match ? full : undefined;
          if (metric) emit(metric, Number(match![2]) / 1e6);
        }
      }
    },
  };
}
