import type { Disk } from '@tocsin/runtime/disk.ts';
import { LOGICAL_SHARDS } from '../shard/logical-shard.ts';

/** How the data directory is divided; chosen once. See docs/formats/layout.md. */
export interface Layout {
  readonly version: 1;
  readonly logicalShards: number;
  /** Each has a folder of its own, and a run of neighbouring logical shards. */
  readonly owners: number;
}

const FILE = 'layout.json';

/** The layout of the folder; a new one gets `owners`. Throws for a layout this version does not know. */
export async function openLayout(disk: Disk, folder: string, owners: number): Promise<Layout> {
  await disk.makeFolder(folder);
  const path = `${folder}/${FILE}`;
  if ((await disk.size(path)) !== null) return parseLayout(path, await disk.readFile(path));
  // Before there were layouts there was one owner.
  const hasOwner = (await disk.list(folder)).some(({ name }) => name === ownerFolder(0));
  const layout: Layout = { version: 1, logicalShards: LOGICAL_SHARDS, owners: hasOwner ? 1 : owners };
  await writeLayout(disk, folder, layout);
  return layout;
}

/** The folder of an owner, below that of the layout. */
export function ownerFolder(owner: number): string {
  return `owner-${owner}`;
}

/** Lets a copy of the owners' folders in `folder` be started from. */
export async function writeLayout(disk: Disk, folder: string, layout: Layout): Promise<void> {
  await disk.writeFileAtomic(`${folder}/${FILE}`, new TextEncoder().encode(`${JSON.stringify(layout)}\n`));
}

function parseLayout(path: string, content: Uint8Array): Layout {
  const text = new TextDecoder().decode(content);
  const fault = (detail: string): Error => new Error(`Cannot use ${path}: ${detail}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw fault('it is not an object');
  const [version, shards, owners] = ['version', 'logicalShards', 'owners'].map((key) =>
    Reflect.get(value, key),
  );
  if (version !== 1) throw fault(`version ${JSON.stringify(version)} is newer than this program`);
  if (shards !== LOGICAL_SHARDS)
    throw fault(`it has ${JSON.stringify(shards)} logical shards, this program ${LOGICAL_SHARDS}`);
  if (!Number.isInteger(owners) || owners < 1 || owners > LOGICAL_SHARDS)
    throw fault(`owners is ${JSON.stringify(owners)}, expected 1 to ${LOGICAL_SHARDS}`);
  return { version, logicalShards: shards, owners };
}
