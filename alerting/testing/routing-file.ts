import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tocsin/runtime/clock.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createReceivers } from '../notify/receivers-in-use.ts';
import type { Integration } from '../receivers/integration.ts';
import { loadRouting } from '../routing/load-routing.ts';

/** Loads routing files from a folder of its own. */
export interface RoutingFolder {
  /** Writes a file beside the routing file. */
  write(name: string, content: string): void;
  /** The integrations of a file's one receiver, whose entries are `entries`, in YAML's flow form or indented by 4. */
  load(entries: string, global?: string): Promise<readonly Integration[]>;
  path(name: string): string;
  remove(): void;
}

export function createRoutingFolder(http: HttpClient): RoutingFolder {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-receivers-'));
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  return {
    write,
    async load(entries, global = '{}') {
      write(
        'alertmanager.yml',
        `global: ${global}\nroute: { receiver: one }\nreceivers:\n  - name: one\n    ${entries}\n`,
      );
      const routing = await loadRouting(systemDisk, join(folder, 'alertmanager.yml'));
      const named = createReceivers(routing, { clock: systemClock, http, disk: systemDisk }).get('one') ?? [];
      return named.map(({ integration }) => integration);
    },
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
