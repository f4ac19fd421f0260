import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import { ALERTING_LIMITS } from '../limits.ts';

/** A file a person wrote. Throws ConfigError when it cannot be read. */
export async function readText(disk: Pick<Disk, 'readFile' | 'size'>, file: string): Promise<string> {
  const size = await disk.size(file).catch(() => null);
  if (size !== null && size > ALERTING_LIMITS.fileBytes) {
    throw new ConfigError(file, null, `the file is larger than ${ALERTING_LIMITS.fileBytes} bytes; split it`);
  }
  try {
    return Buffer.from(await disk.readFile(file)).toString('utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ConfigError(file, null, `cannot be read (${code}); create the file or correct the path to it`);
  }
}
