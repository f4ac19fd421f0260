import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import os from 'node:os';

/** The machine as its kernel and its operating system describe it; what the host agent measures. */
export interface Host {
  /** As `process.platform`: linux, darwin, win32, ... */
  readonly platform: string;
  /** A small file of the kernel (/proc, /sys) as text, or null when it is missing or not for this user. */
  readText(path: string): string | null;
  /** The names in a folder of the kernel, in no order; empty when it is missing. */
  list(path: string): readonly string[];
  /** How full the file system that holds `path` is, or null when it cannot be asked. May take long or for ever. */
  fileSystem(path: string): Promise<FileSystemUse | null>;
  name(): string;
  uname(): Uname;
  /** One entry a logical processor; times since boot in milliseconds. */
  processors(): readonly { readonly times: Readonly<Record<string, number>> }[];
  memory(): { readonly totalBytes: number; readonly freeBytes: number };
  /** Load averages of the last 1, 5 and 15 minutes; zeros where the system has none. */
  load(): readonly number[];
  uptimeSeconds(): number;
}

export interface FileSystemUse {
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Free for users other than root. */
  readonly availableBytes: number;
  readonly files: number;
  readonly filesFree: number;
}

export interface Uname {
  readonly sysname: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
  readonly nodename: string;
}

export const systemHost: Host = {
  platform: process.platform,
  // Synchronous on purpose: these files are in memory, and a trip to the thread pool costs ten times the read.
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
  list(path) {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
  async fileSystem(path) {
    try {
      const info = await statfs(path);
      return {
        sizeBytes: info.blocks * info.bsize,
        freeBytes: info.bfree * info.bsize,
        availableBytes: info.bavail * info.bsize,
        files: info.files,
        filesFree: info.ffree,
      };
    } catch {
      return null;
    }
  },
  name: () => os.hostname(),
  uname: () => ({
    sysname: os.type(),
    release: os.release(),
    version: os.version(),
    machine: os.machine(),
    nodename: os.hostname(),
  }),
  processors: () => os.cpus(),
  memory: () => ({ totalBytes: os.totalmem(), freeBytes: os.freemem() }),
  load: () => os.loadavg(),
  uptimeSeconds: () => os.uptime(),
};
