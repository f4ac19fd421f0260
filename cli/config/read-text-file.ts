import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';

/** A file a person wrote. Throws ConfigError when it cannot be read as UTF-8 text. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await systemDisk.readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = code.startsWith('E') && !code.startsWith('ERR') ? code : 'it is not UTF-8 text';
    throw new ConfigError(file, null, `cannot be read (${reason})`);
  }
}
