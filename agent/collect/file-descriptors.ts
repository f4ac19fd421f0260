import type { Host } from '@tocsin/runtime/host.ts';
import { type Collector, gauge } from './collector.ts';

const ALLOCATED = gauge('node_filefd_allocated', 'File descriptor statistics: allocated.');
const MAXIMUM = gauge('node_filefd_maximum', 'File descriptor statistics: maximum.');

export function createFileDescriptorCollector(host: Host): Collector {
  return {
    name: 'filefd',
    collect(emit) {
      const columns = host.readText('/proc/sys/fs/file-nr')?.trim().split(/\s+/);
      if (columns?.length !== 3) return;
      emit(ALLOCATED, Number(columns[0]));
      emit(MAXIMUM, Number(columns[2]));
    },
  };
}
