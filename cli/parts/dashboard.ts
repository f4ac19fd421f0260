import { systemClock } from '@tocsin/runtime/clock.ts';
import { dashboardPlace } from '../config/dashboard-place.ts';
import { allowedHosts } from './allowed-hosts.ts';
import { partCommand } from './part-command.ts';
import { partUrl } from './urls.ts';

export const dashboard = partCommand({
  name: 'dashboard',
  summary: 'run the web page alone',
  stores: true,
  async create({ config, listen, folder, log, registry }) {
    const { createDashboard } = await import('@tocsin/dashboard/dashboard.ts');
    return createDashboard(
      { clock: systemClock, log, registry },
      {
        listen,
        aggregatorUrl: partUrl(config, 'aggregator'),
        alertingUrl: partUrl(config, 'alerting'),
        allowedHosts: allowedHosts(config.values),
        token: config.token,
        dashboards: dashboardPlace(config),
        dataFolder: folder,
      },
    );
  },
});
