import type { Router } from 'express';
import type { ApiDeps } from './api-deps.ts';

/** What of ours no standard covers, under /api/tocsin/v1/. */
const FEATURES = ['backtest', 'drills', 'notification_history', 'quality', 'receiver_test', 'why'];

/** Alertmanager's /api/v2/status and /api/v2/receivers; /api/v1/features in Prometheus' form. */
export function mountStatus(router: Router, deps: ApiDeps): void {
  router.get('/api/v2/status', (_request, response) => {
    response.json({
      cluster: { status: 'disabled', peers: [] },
      config: { original: deps.notifier.routing.shown },
      uptime: new Date(deps.startedMs).toISOString(),
      versionInfo: {
        version: deps.version,
        revision: '',
        branch: 'tocsin',
        buildUser: '',
        buildDate: '',
        goVersion: `node ${process.versions.node}`,
      },
    });
  });

  router.get('/api/v1/features', (_request, response) => {
    const tocsin = Object.fromEntries(FEATURES.map((name) => [name, true]));
    response.json({ status: 'success', data: { tocsin } });
  });

  router.get('/api/v2/receivers', (_request, response) => {
    response.json([...deps.notifier.routing.receivers.keys()].map((name) => ({ name })));
  });
}
