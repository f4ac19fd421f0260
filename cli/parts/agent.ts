import { systemClock } from '@tocsin/runtime/clock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { partCommand } from './part-command.ts';
import { partUrl } from './urls.ts';

export const agent = partCommand({
  name: 'agent',
  summary: 'run the host agent alone: collects on this machine, scrapes, sends',
  stores: true,
  async create({ config, listen, folder, supervised, log, registry, reloadConfig }) {
    const { createHostAgent } = await import('@tocsin/agent/agent.ts');
    const { partTarget, targetsOf } = await import('@tocsin/agent/config.ts');
    const { systemHost } = await import('@tocsin/runtime/host.ts');
    const targets = (from: LoadedConfig) => [
      ...targetsOf(from.values.scrape_configs, from.resolve),
      // Below `tocsin up` the parts of this configuration run on this machine.
      ...(supervised ? PARTS.map((part) => partTarget(part, from.values.listen[part], from.token)) : []),
    ];
    return createHostAgent(
      {
        clock: systemClock,
        random: systemRandom,
        disk: systemDisk,
        host: systemHost,
        client: createHttpClient({ token: config.token }),
        scrapeClient: createHttpClient(),
        log,
        registry,
        reloadConfig: () => ({ targets: targets(reloadConfig()) }),
      },
      {
        listen,
        sendTo: config.values.agent.send_to ?? partUrl(config, 'aggregator'),
        token: config.token,
        folder,
        targets: targets(config),
        allowedHosts: allowedHosts(config.values),
      },
    );
  },
});

const PARTS = ['aggregator', 'alerting', 'dashboard', 'agent'] as const;
