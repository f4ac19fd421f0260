import { sendJson } from '@tocsin/runtime/http/server.ts';
import type { Response } from 'express';
import { StoreError } from '../store/store-error.ts';

/** Answers with what `work` gives, or with its StoreError; in the form of Prometheus' API. Nothing more when it has answered itself. */
export async function answer(response: Response, work: () => Promise<unknown>): Promise<void> {
  try {
    const data = await work();
    if (!response.writableEnded) sendJson(response, 200, { status: 'success', data });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    sendJson(response, error.status, { status: 'error', errorType: 'dashboard', error: error.message });
  }
}
