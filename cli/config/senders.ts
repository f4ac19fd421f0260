import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import type { SenderToken } from '@tocsin/runtime/http/tokens.ts';
import { type LoadedConfig, readToken } from './load-config.ts';

/** The tokens of `auth.senders`. Throws ConfigError for one that cannot be read or is somebody else's as well. */
export function readSenders(config: LoadedConfig): readonly SenderToken[] {
  const holders = new Map<string, string>();
  if (config.token !== null) holders.set(config.token, 'auth.token_file');
  const names = new Set<string>();
  return config.values.auth.senders.map(({ name, token_file }, index) => {
    const where = `auth.senders[${index}]`;
    const refuse = (key: string, detail: string): never => {
      throw new ConfigError(
        config.file ?? '',
        config.lineOf(['auth', 'senders', index, key]),
        `${where}.${key}: ${detail}`,
      );
    };
    if (names.has(name)) refuse('name', `there are two senders "${name}"; give each a name of its own`);
    names.add(name);
    const token = readToken(config.resolve(token_file), `${where}.token_file`);
    const holder = holders.get(token);
    if (holder !== undefined)
      refuse('token_file', `the same token as that of ${holder}; it could not be told whose it is`);
    holders.set(token, where);
    return { name, token };
  });
}
