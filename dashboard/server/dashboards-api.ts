import express, { type Router } from 'express';
import { z } from 'zod';
import { DASHBOARD_LENGTH_MAX } from '../files/load-dashboard.ts';
import { importDashboard } from '../grafana/import-dashboard.ts';
import { writeDashboard } from '../grafana/write-dashboard.ts';
import type { DashboardStore, StoredDashboard } from '../store/dashboard-store.ts';
import { StoreError } from '../store/store-error.ts';
import { answer } from './answer.ts';
import type { ShownDashboard } from './shown-dashboard.ts';

const writeSchema = z.strictObject({ text: z.string(), revision: z.string().nullable() });
const bodyBytesMax = 4 * DASHBOARD_LENGTH_MAX;

/** `/api/tocsin/v1/dashboards`: the dashboards kept as files, read and written; and Grafana's, made into ours. */
export function createDashboardsApi(
  store: DashboardStore,
  show: (stored: StoredDashboard) => ShownDashboard,
): Router {
  const router = express.Router();
  const body = express.json({ limit: bodyBytesMax, strict: true });
  const path = '/api/tocsin/v1/dashboards';

  router.get(path, (_request, response) => answer(response, () => store.list()));
  router.post('/api/tocsin/v1/import/grafana', body, (request, response) =>
    answer(response, async () => {
      try {
        const { dashboard, left } = importDashboard(request.body);
        return { text: writeDashboard(dashboard, left), left };
      } catch (error) {
        throw new StoreError(422, error instanceof Error ? error.message : String(error));
      }
    }),
  );
  router.get(`${path}/:name`, (request, response) =>
    answer(response, async () => show(await store.read(request.params.name))),
  );
  router.put(`${path}/:name`, body, (request, response) =>
    answer(response, () => {
      const { text, revision } = checked(request.body);
      return store.write(request.params.name, text, revision);
    }),
  );
  router.delete(`${path}/:name`, (request, response) =>
    answer(response, async () => {
      await store.remove(request.params.name, String(request.query['revision'] ?? ''));
      return null;
    }),
  );
  return router;
}

function checked(body: unknown): z.output<typeof writeSchema> {
  const result = writeSchema.safeParse(body);
  if (result.success) return result.data;
  throw new StoreError(400, 'expected a JSON object with text and revision (null for a new dashboard)');
}
