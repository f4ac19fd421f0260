import express, { type Router } from 'express';
import type { QueryRecorder } from '../asked/query-recorder.ts';
import { answer } from './answer.ts';

/** `/api/tocsin/v1/queries`: what was asked through this dashboard lately, newest first. */
export function createQueriesApi(recorder: QueryRecorder): Router {
  const router = express.Router();
  router.get('/api/tocsin/v1/queries', (_request, response) =>
    answer(response, async () => ({ sinceMs: recorder.sinceMs, queries: recorder.list() })),
  );
  return router;
}
