import type { Clock } from '@tocsin/runtime/clock.ts';
import type { FileSystemUse, Host } from '@tocsin/runtime/host.ts';
import { limits } from '../limits.ts';
import { type Collector, gauge } from './collector.ts';

const SIZE = gauge('node_filesystem_size_bytes', 'Filesystem size in bytes.');
const FREE = gauge('node_filesystem_free_bytes', 'Filesystem free space in bytes.');
const AVAILABLE = gauge(
  'node_filesystem_avail_bytes',
  'Filesystem space available to non-root users in bytes.',
);
const FILES = gauge('node_filesystem_files', 'Filesystem total file nodes.');
const FILES_FREE = gauge('node_filesystem_files_free', 'Filesystem total free file nodes.');
const READ_ONLY = gauge('node_filesystem_readonly', 'Filesystem read-only status.');
const ERROR = gauge(
  'node_filesystem_device_error',
  'Whether an error occurred while getting statistics for the given device.',
);

const IGNORED_MOUNTS =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)($|\/)/;
const IGNORED_TYPES = new Set(
  `autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs fusectl hugetlbfs iso9660 mqueue nsfs
   overlay proc procfs pstore rpc_pipefs securityfs selinuxfs squashfs erofs sysfs tracefs`.split(/\s+/),
);

interface Mount {
  readonly device: string;
  readonly mountpoint: string;
  readonly fstype: string;
  readonly readOnly: boolean;
}

/**
 * How full each mounted file system is. A file server that does not answer makes its file system an error and
 * holds up nothing else; it is asked again only once it has answered.
 */
export function createFilesystemCollector(host: Host, clock: Clock): Collector {
  const hanging = new Set<string>();

  const ask = async (mountpoint: string): Promise<FileSystemUse | null> => {
    if (hanging.has(mountpoint)) return null;
    hanging.add(mountpoint);
    const asked = host.fileSystem(mountpoint).finally(() => hanging.delete(mountpoint));
    return await new Promise((resolve) => {
      const timer = clock.setTimeout(() => resolve(null), limits.statfsTimeoutMs, { keepAlive: false });
      void asked.then((use) => {
        timer.cancel();
        resolve(use);
      });
    });
  };

  return {
    name: 'filesystem',
    async collect(emit) {
      const mounts = mountsOf(host).slice(0, limits.filesystemsMax);
      const uses = await Promise.all(mounts.map(({ mountpoint }) => ask(mountpoint)));
      mounts.forEach(({ device, mountpoint, fstype, readOnly }, i) => {
        const labels = { device, fstype, mountpoint };
        const use = uses[i];
        emit(ERROR, use ? 0 : 1, labels);
        if (!use) return;
        emit(READ_ONLY, readOnly ? 1 : 0, labels);
        emit(SIZE, use.sizeBytes, labels);
        emit(FREE, use.freeBytes, labels);
        emit(AVAILABLE, use.availableBytes, labels);
        emit(FILES, use.files, labels);
        emit(FILES_FREE, use.filesFree, labels);
      });
    },
  };
}

function mountsOf(host: Host): readonly Mount[] {
  const text = host.readText('/proc/1/mounts') ?? host.readText('/proc/self/mounts');
  if (text === null) {
    const mountpoint = host.platform === 'win32' ? 'C:\\' : '/';
    return [{ device: mountpoint, mountpoint, fstype: '', readOnly: false }];
  }
  // Later mounts on the same place hide earlier ones.
  const byMountpoint = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, mountpoint, fstype, options] = line.split(' ').map(unescapeOctal);
    if (!device || !mountpoint || !fstype || IGNORED_MOUNTS.test(mountpoint)) continue;
    // A container's root is an overlay, and then the one file system that matters.
    if (IGNORED_TYPES.has(fstype) && !(fstype === 'overlay' && mountpoint === '/')) continue;
    const readOnly = (options ?? '').split(',').includes('ro');
    byMountpoint.set(mountpoint, { device, mountpoint, fstype, readOnly });
  }
  return [...byMountpoint.values()];
}

/** proc_mounts writes blanks and backslashes as octal escapes. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
