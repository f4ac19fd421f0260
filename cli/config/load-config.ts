import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { parseYamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { isLoopback, type ListenAddress, parseListenAddress } from '@tocsin/runtime/listen-address.ts';
import { type CommandInput, UsageError } from '../command.ts';
import { type TocsinConfig, tocsinConfigSchema } from './tocsin-config.ts';

/** tocsin.yaml with flags and environment laid over it. */
export interface LoadedConfig {
  readonly values: TocsinConfig;
  /** The file it came from; null when there is none and everything is a default. */
  readonly file: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** The token requests must carry, or null. */
  readonly token: string | null;
  /** The file's paths are relative to its folder. */
  resolve(path: string): string;
  /** True when the file itself has the key, and not merely the defaults. */
  has(key: string): boolean;
  /** 1-based line of the value at `path` in the file; null without a file. */
  lineOf(path: readonly PropertyKey[]): number | null;
}

const DEFAULT_FILE = 'tocsin.yaml';

/** Flags beat environment, environment beats the file, the file beats the defaults. Throws ConfigError. */
export function loadConfig(input: Pick<CommandInput, 'option' | 'environment'>): LoadedConfig {
  const named = input.option('config') ?? setting(input, 'TOCSIN_CONFIG');
  const file = named ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : null);
  const source = file === null ? null : parseYamlFile(file, readConfig(file));
  const values = checkSchema(source ?? parseYamlFile('(defaults)', ''), tocsinConfigSchema);
  const folder = file === null ? process.cwd() : dirname(resolve(file));
  const lineOf = (path: readonly PropertyKey[]) => source?.lineOf(path) ?? null;
  if (values.auth.token_file === undefined) refuseOpenListening(values, file ?? DEFAULT_FILE, lineOf);
  const dataDir = input.option('data-dir') ?? setting(input, 'TOCSIN_DATA_DIR');
  return {
    values,
    file,
    dataDir: dataDir === undefined ? resolve(folder, values.data_dir) : resolve(dataDir),
    token:
      values.auth.token_file === undefined
        ? null
        : readToken(resolve(folder, values.auth.token_file), 'auth.token_file'),
    resolve: (path) => resolve(folder, path),
    has: (key) => typeof source?.value === 'object' && source.value !== null && key in source.value,
    lineOf,
  };
}

/** The `--listen` flag or TOCSIN_LISTEN; null when neither is given. Throws UsageError. */
export function listenOverride(input: Pick<CommandInput, 'option' | 'environment'>): ListenAddress | null {
  const text = input.option('listen') ?? setting(input, 'TOCSIN_LISTEN');
  return text === undefined ? null : listenAddress(text, '--listen');
}

/** The address the text names. Throws UsageError naming `where` it stood. */
export function listenAddress(text: string, where: string): ListenAddress {
  const address = parseListenAddress(text);
  if (!address) throw new UsageError(`${where}: "${text}" is not HOST:PORT, such as 127.0.0.1:9701`);
  return address;
}

/** Said before anything is started; the servers themselves refuse it too. */
function refuseOpenListening(
  values: TocsinConfig,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number | null,
): void {
  for (const [part, text] of Object.entries(values.listen)) {
    const address = parseListenAddress(text);
    if (address === null || isLoopback(address.host)) continue;
    const advice = 'set auth.token_file, or listen on 127.0.0.1';
    const detail = `listen.${part}: ${text} is open to other machines, which needs a token; ${advice}`;
    throw new ConfigError(file, lineOf(['listen', part]), detail);
  }
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      file,
      null,
      `cannot be read (${reason(error)}); correct --config or create the file`,
    );
  }
}

/** The token in a file that `key` names. Throws ConfigError. */
export function readToken(file: string, key: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(
      file,
      null,
      `cannot be read (${reason(error)}); ${key} needs a file holding the token`,
    );
  }
  if (token.length < 16) throw new ConfigError(file, null, 'the token needs at least 16 characters');
  return token;
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** An environment variable; empty counts as not set. */
function setting(input: Pick<CommandInput, 'environment'>, name: string): string | undefined {
  return input.environment[name] || undefined;
}
