import type { Disk } from '@tocsin/runtime/disk.ts';
import { readSecret } from '../files/read-secret.ts';
import { SendError } from './integration.ts';

/** A key or a URL that is one, as the configuration gives it. */
export interface Secret {
  /** Where it came from, for messages: `routing_key`. */
  readonly name: string;
  readonly inline: string | null;
  /** Absolute; read at each send, so that the secret can change. */
  readonly file: string | null;
}

/** The first of the sources that says something. Empty text says nothing. */
export function loadSecret(
  name: string,
  resolve: (path: string) => string,
  ...sources: readonly (readonly [inline: string | null | undefined, file: string | null | undefined])[]
): Secret | null {
  for (const [inline, file] of sources) {
    if (inline) return { name, inline, file: null };
    if (file) return { name, inline: null, file: resolve(file) };
  }
  return null;
}

/** @throws SendError when the file cannot be read or says nothing; it may be repaired, so another attempt may help. */
export async function openSecret(disk: Pick<Disk, 'readFile' | 'size'>, secret: Secret): Promise<string> {
  let value: string;
  try {
    value = await readSecret(disk, secret.file, secret.inline);
  } catch (error) {
    throw new SendError(error instanceof Error ? error.message : String(error), true, error);
  }
  if (value === '') throw new SendError(`Cannot send: ${secret.file ?? secret.name} is empty`, true);
  return value;
}
