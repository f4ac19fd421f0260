import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program that is not ours: in PEERS_DIR, or on PATH. Throws an error that says how to bring it. */
export function findPeer(...names: readonly string[]): string {
  const folders = [process.env['PEERS_DIR'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const folder of folders.filter((one) => one !== '')) {
    for (const name of names) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  throw new Error(
    `Cannot find ${names.join(' or ')}: neither in PEERS_DIR nor on PATH. Unpack it and set PEERS_DIR to its folder.`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
