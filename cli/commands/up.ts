import { fileURLToPath } from 'node:url';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { lockDataFolder } from '@tocsin/runtime/data-lock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { createLog } from '@tocsin/runtime/log.ts';
import type { Command } from '../command.ts';
import { checkConfig } from '../config/check-config.ts';
import { listenAddress, loadConfig } from '../config/load-config.ts';
import { checkPorts } from '../supervisor/check-ports.ts';
import { createSupervisor, PartFailed, type PartProcess } from '../supervisor/supervisor.ts';
import { untilReady } from '../supervisor/until-ready.ts';

/** Small heaps: five processes share a small machine, and a scavenge of 2 MiB is over before anyone waits. */
const NODE_OPTIONS = ['--max-semi-space-size=2'];

// A store that takes longer has a journal worth naming.
const READY_WITHIN_MS = 3_000;

export const up: Command = {
  name: 'up',
  summary: 'run all parts on this machine, each as its own supervised process',
  options: [
    { name: 'config', value: 'FILE', help: 'configuration (default ./tocsin.yaml, which may be missing)' },
    { name: 'data-dir', value: 'DIR', help: 'where everything is stored (default ./data)' },
  ],
  async run(input) {
    const startedMs = systemClock.monotonic();
    const config = loadConfig(input);
    await checkConfig(config);
    const { listen } = config.values;
    const names = ['aggregator', 'alerting', 'dashboard', 'agent'] as const;
    const addresses = [...names, 'otlp' as const]
      .filter((name) => listen[name] !== 'off')
      .map((name) => ({ name, address: listenAddress(listen[name], `listen.${name}`) }));
    await checkPorts(addresses);
    const lock = lockDataFolder(config.dataDir);

    const log = createLog('up', config.values.log_level);
    const shared = ['--data-dir', config.dataDir, ...(config.file === null ? [] : ['--config', config.file])];
    const supervisor = createSupervisor(
      {
        clock: systemClock,
        log,
        program: fileURLToPath(new URL('../tocsin.js', import.meta.url)),
        environment: { ...input.environment, TOCSIN_SUPERVISED: '1' },
      },
      names.map((name): PartProcess => ({ name, words: [name, ...shared], nodeOptions: NODE_OPTIONS })),
    );

    const ended = new Promise<number>((resolve) => {
      const stop = () => {
        supervisor.stop().then(
          () => resolve(0),
          (error: unknown) => {
            log.error({ err: error }, 'cannot stop in order');
            resolve(1);
          },
        );
      };
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
      // Started by a program that holds a channel to it: stop when that program is gone.
      process.once('disconnect', stop);
      process.on('SIGHUP', () => supervisor.reload());
    });
    try {
      await supervisor.start();
    } catch (error) {
      lock.release();
      // Bad configuration of a part is bad configuration of the whole.
      if (error instanceof PartFailed && error.status === 2) return 2;
      throw error;
    }
    const http = createHttpClient();
    const asked = untilReady({ clock: systemClock, http }, `http://${listen.aggregator}`, READY_WITHIN_MS);
    const unready = await Promise.race([asked, ended.then(() => null)]);
    http.close();
    const seconds = ((systemClock.monotonic() - startedMs) / 1_000).toFixed(1);
    input.out.write(`Tocsin is running (started in ${seconds} s): http://${listen.dashboard}\n`);
    if (unready !== null) input.out.write(`Samples and queries have to wait: ${unready}\n`);
    const status = await ended;
    lock.release();
    return status;
  },
};
