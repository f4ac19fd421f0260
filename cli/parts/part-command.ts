import { join } from 'node:path';
import { type DataLock, lockDataFolder } from '@tocsin/runtime/data-lock.ts';
import type { ListenAddress } from '@tocsin/runtime/listen-address.ts';
import { createLog, type Log } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry, type MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { runPart } from '@tocsin/runtime/run-part.ts';
import type { Command, CommandInput, CommandOption } from '../command.ts';
import { type LoadedConfig, listenAddress, listenOverride, loadConfig } from '../config/load-config.ts';
import { version } from '../version.ts';

/** What a part is made from. */
export interface PartInput {
  readonly config: LoadedConfig;
  readonly listen: ListenAddress;
  /** True when `--listen` or TOCSIN_LISTEN named the one port to open. */
  readonly onlyListen: boolean;
  /** The part's own folder below the data directory. */
  readonly folder: string;
  /** True below `tocsin up`, where the other parts of the same configuration run beside this one. */
  readonly supervised: boolean;
  readonly flag: CommandInput['flag'];
  readonly log: Log;
  readonly registry: MetricsRegistry;
  /** Reads the configuration file anew, for reloads. Throws ConfigError. */
  reloadConfig(): LoadedConfig;
}

interface PartCommand {
  readonly name: 'aggregator' | 'alerting' | 'dashboard' | 'agent';
  readonly summary: string;
  readonly options?: readonly CommandOption[];
  /** False for a part that stores nothing. */
  readonly stores: boolean;
  create(input: PartInput): Promise<Part>;
}

/** The command that runs one part as this process. */
export function partCommand(part: PartCommand): Command {
  return {
    name: part.name,
    summary: part.summary,
    options: [
      { name: 'config', value: 'FILE', help: 'configuration (default ./tocsin.yaml, which may be missing)' },
      { name: 'listen', value: 'HOST:PORT', help: 'open this port and no other' },
      { name: 'data-dir', value: 'DIR', help: 'where everything is stored (default ./data)' },
      ...(part.options ?? []),
    ],
    async run(input) {
      // What ps and the host agent's process groups show.
      process.title = `tocsin ${part.name}`;
      const config = loadConfig(input);
      const override = listenOverride(input);
      const listen = override ?? listenAddress(config.values.listen[part.name], `listen.${part.name}`);
      const folder = join(config.dataDir, part.name);
      const lock: DataLock | null = part.stores ? lockDataFolder(folder) : null;
      const log = createLog(part.name, config.values.log_level);
      const created = await part.create({
        config,
        listen,
        onlyListen: override !== null,
        folder,
        supervised: input.environment['TOCSIN_SUPERVISED'] === '1',
        flag: input.flag,
        log,
        registry: createMetricsRegistry(part.name, version),
        reloadConfig: () => loadConfig(input),
      });
      process.once('exit', () => lock?.release());
      await runPart(created, log);
      // The part lives until a signal ends the process.
      return await new Promise<number>(() => undefined);
    },
  };
}
