import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, gauge } from './collector.ts';

const UNAME = gauge('node_uname_info', 'Labeled system information as provided by the uname system call.');
const TIME = gauge('node_time_seconds', 'System time in seconds since epoch (1970).');

export function createUnameCollector(host: Host, clock: Clock): Collector {
  return {
    name: 'uname',
    collect(emit) {
      emit(UNAME, 1, { ...host.uname() });
      emit(TIME, clock.now() / 1_000);
    },
  };
}
