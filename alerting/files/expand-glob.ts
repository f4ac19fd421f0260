import { join, sep } from 'node:path';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';

/** Files that match an absolute path with `*`, `?` and `[...]` in it, sorted. A path without them is itself. @throws ConfigError */
export async function expandGlob(disk: Pick<Disk, 'list'>, pattern: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const segments = pattern.split(sep);
  let folders = [segments[0] === '' ? sep : segments[0]!];
  for (const [i, segment] of segments.slice(1).entries()) {
    const last = i === segments.length - 2;
    const next: string[] = [];
    for (const folder of folders) {
      if (!/[*?[]/.test(segment)) {
        next.push(join(folder, segment));
        continue;
      }
      const expression = segmentExpression(segment, pattern);
      for (const entry of await disk.list(folder)) {
        // A link's kind is "other"; it may lead to either.
        const fits = last ? entry.kind !== 'folder' : entry.kind !== 'file';
        if (fits && expression.test(entry.name)) next.push(join(folder, entry.name));
      }
    }
    folders = next;
  }
  return folders.sort();
}

function segmentExpression(segment: string, pattern: string): RegExp {
  const source = segment
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw new ConfigError(pattern, null, `bad pattern "${segment}"; close its brackets`);
  }
}
