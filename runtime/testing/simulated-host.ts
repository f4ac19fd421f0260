import type { FileSystemUse, Host } from '../host.ts';

/** A machine made of the files given, by path; folders follow from them. */
export function createSimulatedHost(
  files: Readonly<Record<string, string>>,
  fileSystems: Readonly<Record<string, FileSystemUse>> = {},
): Host & { readonly files: Record<string, string> } {
  const contents: Record<string, string> = { ...files };
  return {
    files: contents,
    platform: 'linux',
    readText: (path) => contents[path] ?? null,
    list(path) {
      const names = new Set<string>();
      for (const name of Object.keys(contents)) {
        if (name.startsWith(`${path}/`)) names.add(name.slice(path.length + 1).split('/')[0]!);
      }
      return [...names];
    },
    fileSystem: async (path) => fileSystems[path] ?? null,
    name: () => 'testhost',
    uname: () => ({
      sysname: 'Linux',
      release: '6.1',
      version: '#1',
      machine: 'x86_64',
      nodename: 'testhost',
    }),
    processors: () => [{ times: { user: 1_000, nice: 0, sys: 500, idle: 8_000, irq: 20 } }],
    memory: () => ({ totalBytes: 8_000, freeBytes: 2_000 }),
    load: () => [0.5, 0.25, 0.125],
    uptimeSeconds: () => 3_600,
  };
}
