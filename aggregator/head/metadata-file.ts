import type { MetricMetadata } from '@tocsin/protocol/series/write-series.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { MetadataTable } from './metadata-table.ts';

/** Keeps what is known of metrics when the part of the journal that said it is cut off. */
export async function saveMetadata(disk: Disk, path: string, table: MetadataTable): Promise<void> {
  await disk.writeFileAtomic(path, new TextEncoder().encode(JSON.stringify([...table.all()])));
}

/** Reads it back. What people see of a metric is no reason not to start: a damaged file is as none. */
export async function loadMetadata(disk: Disk, path: string, table: MetadataTable): Promise<void> {
  if ((await disk.size(path)) === null) return;
  const entries = parseList(new TextDecoder().decode(await disk.readFile(path)));
  for (const entry of entries) if (isMetadata(entry)) table.set(entry);
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isMetadata(value: unknown): value is MetricMetadata {
  if (typeof value !== 'object' || value === null) return false;
  return ['metric', 'type', 'help', 'unit'].every((key) => typeof Reflect.get(value, key) === 'string');
}
