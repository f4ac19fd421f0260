import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { systemDisk } from './system-disk.ts';
import { describeDisk } from './testing/disk.case.ts';

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describeDisk("the system's disk", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-disk-'));
  folders.push(folder);
  return { disk: systemDisk, folder };
});
