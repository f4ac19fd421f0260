import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import { BodyTooLarge, readBody } from '@tocsin/runtime/http/read-body.ts';
import type { Request, Response, Router } from 'express';
import { ALERTING_LIMITS } from '../limits.ts';
import { type StoredRules, StoredRulesLimit } from '../ruler/stored-rules.ts';
import { ApiError } from './api-error.ts';

export interface RulerDeps {
  readonly storedRules: StoredRules;
  /** Puts changed rules into force. @throws ConfigError, and then the old ones stay */
  readonly reloadRules: () => Promise<void>;
}

const ROOT = '/config/v1/rules';

/** Mimir's ruler API: rules read and written as YAML, by namespace and group; Grafana's rule editor speaks it. */
export function mountRuler(router: Router, { storedRules, reloadRules }: RulerDeps): void {
  router.get(ROOT, async (_request, response) => {
    sendYaml(response, (await storedRules.list()) ?? '{}\n');
  });
  router.get(`${ROOT}/:namespace`, async (request, response) => {
    const text = await storedRules.list(request.params.namespace);
    if (text === null) throw new ApiError(404, 'no rule groups found');
    sendYaml(response, text);
  });
  router.get(`${ROOT}/:namespace/:group`, async (request, response) => {
    const text = await storedRules.group(request.params.namespace, request.params.group);
    if (text === null) throw new ApiError(404, 'group does not exist');
    sendYaml(response, text);
  });

  router.post(`${ROOT}/:namespace`, async (request, response) => {
    const text = await bodyText(request);
    await changing(() => storedRules.put(request.params.namespace, text, reloadRules));
    accept(response);
  });
  router.delete([`${ROOT}/:namespace`, `${ROOT}/:namespace/:group`], async (request, response) => {
    const { namespace, group } = request.params;
    if (typeof namespace !== 'string') throw new ApiError(400, 'a namespace is needed');
    const name = typeof group === 'string' ? group : null;
    const found = await changing(() => storedRules.remove(namespace, name, reloadRules));
    if (!found) throw new ApiError(404, name === null ? 'namespace does not exist' : 'group does not exist');
    accept(response);
  });
}

async function changing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StoredRulesLimit)
      throw new ApiError(400, error.message);
    throw error;
  }
}

async function bodyText(request: Request): Promise<string> {
  try {
    const body = await readBody(request, ALERTING_LIMITS.bodyBytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    if (error instanceof BodyTooLarge) throw new ApiError(413, error.message);
    if (error instanceof TypeError) throw new ApiError(400, 'the body is not UTF-8 text');
    throw error;
  }
}

function sendYaml(response: Response, text: string): void {
  response.type('application/yaml').send(text);
}

function accept(response: Response): void {
  response.status(202).json({ status: 'success', data: null, errorType: '', error: '' });
}
