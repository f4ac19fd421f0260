import { basename } from 'node:path';
import { namedFiles } from '@tocsin/alerting/routing/named-files.ts';
import type { Routing } from '@tocsin/alerting/routing/routing.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';

/**
 * Checks that the files are there which receivers read when they send. Only asked for by a person: a secret that comes later must
 * not keep a server from starting. Throws ConfigError with the line of the first mention.
 */
export async function checkNamedFiles(file: string, text: string, routing: Routing): Promise<void> {
  for (const path of namedFiles(routing)) {
    if ((await systemDisk.size(path)) !== null) continue;
    const line = text.split('\n').findIndex((each) => each.includes(basename(path)));
    const detail = `${path} does not exist; it is read whenever its receiver sends`;
    throw new ConfigError(file, line < 0 ? null : line + 1, detail);
  }
}
