import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../target/target.ts';
import { settle } from './settle.ts';

/** Bytes on disk once everything sent is sealed. */
export interface StoredBytes {
  /** Samples and index. */
  readonly all: number;
  /** Values alone where the peer has files for them; with timestamps in Prometheus' chunks. */
  readonly values: number;
}

/** Makes the server write what it holds in memory to its sealed form. Prometheus has no way to: its snapshot does that. */
export async function flush(target: Target): Promise<void> {
  if (target.name === 'tocsin') await call(target, 'POST', '/api/v1/admin/tsdb/compact');
  if (target.name === 'victoria-metrics') await call(target, 'GET', '/internal/force_flush');
}

/** Of a server that was flushed. VictoriaMetrics merges first, and Prometheus writes a snapshot. */
export async function storedBytes(target: Target): Promise<StoredBytes> {
  const { dataFolder } = target;
  switch (target.name) {
    case 'tocsin':
      return { all: bytesBelow(dataFolder), values: Number.NaN };
    case 'prometheus': {
      await call(target, 'POST', '/api/v1/admin/tsdb/snapshot');
      const snapshots = join(dataFolder, 'snapshots');
      return {
        all: bytesBelow(snapshots),
        values: bytesBelow(snapshots, (path) => path.includes('/chunks/')),
      };
    }
    case 'victoria-metrics': {
      await call(target, 'GET', '/internal/force_merge');
      await settle(target);
      // Where the index lies depends on the version.
      const stored = ['data', 'indexdb']
        .map((name) => join(dataFolder, name))
        .filter((one) => existsSync(one));
      return {
        all: stored.reduce((sum, one) => sum + bytesBelow(one), 0),
        values: bytesBelow(join(dataFolder, 'data'), (path) => path.endsWith('/values.bin')),
      };
    }
  }
}

/** All files below a folder, or those whose path is wanted. */
export function bytesBelow(folder: string, isWanted: (path: string) => boolean = () => true): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isWanted(path)) continue;
    // A file may go while a server merges.
    bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

async function call(target: Target, method: string, path: string): Promise<void> {
  const response = await fetch(target.url + path, { method });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target.name} answers ${path} with ${response.status} ${text}`);
}
