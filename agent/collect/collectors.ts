import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Host } from '@tocsin/runtime/host.ts';
import type { Collector } from './collector.ts';
import { createCpuCollector } from './cpu.ts';
import { createDiskCollector } from './disk.ts';
import { createFileDescriptorCollector } from './file-descriptors.ts';
import { createFilesystemCollector } from './filesystem.ts';
import { createLoadCollector } from './load.ts';
import { createMemoryCollector } from './memory.ts';
import { createNetworkCollector } from './network.ts';
import { createPortableCollector } from './portable.ts';
import { createPressureCollector } from './pressure.ts';
import { createProcessCollector } from './processes.ts';
import { createStatCollector } from './stat.ts';
import { createUnameCollector } from './uname.ts';
import { createVmstatCollector } from './vmstat.ts';

/** Every collector that has something to say on this kind of machine. */
export function createCollectors(host: Host, clock: Clock): readonly Collector[] {
  const everywhere = [
    createLoadCollector(host),
    createFilesystemCollector(host, clock),
    createUnameCollector(host, clock),
  ];
  if (host.platform !== 'linux') return [createPortableCollector(host, clock), ...everywhere];
  return [
    createCpuCollector(host),
    createMemoryCollector(host),
    ...everywhere,
    createStatCollector(host),
    createDiskCollector(host),
    createNetworkCollector(host),
    createPressureCollector(host),
    createFileDescriptorCollector(host),
    createVmstatCollector(host),
    createProcessCollector(host),
  ];
}
