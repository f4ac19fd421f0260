import type { Disk } from '@tocsin/runtime/disk.ts';
import { defaultRouting } from './default-routing.ts';
import { loadRouting } from './load-routing.ts';
import type { Routing } from './routing.ts';

/** A missing file is a choice; any other trouble with it is an error. */
export async function loadRoutingOrDefault(disk: Disk, file: string): Promise<Routing> {
  if ((await disk.size(file)) === null) return defaultRouting();
  return await loadRouting(disk, file);
}
