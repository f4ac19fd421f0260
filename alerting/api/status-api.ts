import type { Router } from 'express';
import type { ApiDeps } from './api-deps.ts';

/** Alertmanager's /api/v2/status and /api/v2/receivers. */
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

  router.get('/api/v2/receivers', (_request, response) => {
    response.json([...deps.notifier.routing.receivers.keys()].map((name) => ({ name })));
  });
}
