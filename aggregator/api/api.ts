import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from '@tocsin/query/engine.ts';
import type { QueryLimits } from '@tocsin/query/limits.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Forwarder } from '@tocsin/runtime/http/forward.ts';
import { BodyAborted, BodyTooLarge, readBody } from '@tocsin/runtime/http/read-body.ts';
import { pathOf, searchOf, sendJson, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { RecentQueries } from '../recent/recent-queries.ts';
import { createAdminEndpoints } from './admin-endpoints.ts';
import type { Administration } from './administration.ts';
import { ApiError, toApiError } from './api-error.ts';
import type { Endpoint } from './endpoint.ts';
import { expressionEndpoints } from './expression-endpoints.ts';
import { sendFederation } from './federate.ts';
import { createForwardings, createRulerForwarding, isRulerPath } from './forwardings.ts';
import { createLiveEndpoint } from './live/live-endpoint.ts';
import type { LiveMetrics } from './live/live-queries.ts';
import { createParameters, type Parameters } from './parameters.ts';
import { createQueryAnswers } from './query-answers.ts';
import { answerBatch } from './query-batch.ts';
import type { QueryGate } from './query-gate.ts';
import { readQueryList } from './query-list.ts';
import type { QueryLog } from './query-log.ts';
import { originOf } from './query-origin.ts';
import { createQueryRequests } from './query-request.ts';
import { readForm } from './read-form.ts';
import { createRecentEndpoint } from './recent-endpoint.ts';
import { sendAnswer, sendError, sendLater } from './send-answer.ts';
import { createSeriesEndpoints } from './series-endpoints.ts';
import type { SeriesReader } from './series-reader.ts';
import {
  type BuildFacts,
  buildInfo,
  createStatusEndpoints,
  type ReplayProgress,
} from './status-endpoints.ts';

export interface ApiDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: Engine;
  /** Those of the engine. */
  readonly queryLimits: QueryLimits;
  readonly reader: SeriesReader;
  readonly gate: QueryGate;
  /** Null when no queries are logged. */
  readonly queryLog: QueryLog | null;
  readonly recent: RecentQueries;
  readonly liveMetrics: LiveMetrics;
  readonly forwarder: Forwarder;
  readonly facts: BuildFacts;
  readonly replay: () => ReplayProgress;
  /** Null while the admin API is off. */
  readonly administration: Administration | null;
}

export interface ApiConfig {
  readonly timeoutMs: number;
  readonly pointsPerSeriesMax: number;
  /** Of a form body. */
  readonly bodyBytesMax: number;
  /** In one batch. */
  readonly batchQueriesMax: number;
  /** Null when there is no alerting to ask. */
  readonly alertingUrl: string | null;
  /** Null when there is no agent to ask for its targets. */
  readonly agentUrl: string | null;
  readonly token: string | null;
}

interface Route {
  readonly methods: readonly string[];
  readonly endpoint: Endpoint;
}

const READ = ['GET', 'POST'] as const;
const GET = ['GET'] as const;
const RULER_METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE'];
const CHANGE = ['POST', 'PUT'] as const;
const LABEL_VALUES = /^\/api\/v1\/label\/([^/]+)\/values$/;

export interface Api {
  /** Answers a request; returns false for a path that is none of its own. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Ends what would go on for as long as the client likes. */
  close(): void;
}

/**
 * The Prometheus HTTP API over a SeriesReader, and what Tocsin has beside it.
 * A plain table instead of a router: the paths are fixed, and a small query should not pay for more.
 */
export function createApi(deps: ApiDeps, config: ApiConfig): Api {
  const requests = createQueryRequests(deps, config);
  const answers = createQueryAnswers(deps);
  const live = createLiveEndpoint(
    { ...deps, requests, answer: answers.one, metrics: deps.liveMetrics },
    config.pointsPerSeriesMax,
  );
  const series = createSeriesEndpoints(deps.reader);
  const status = createStatusEndpoints(deps);
  const admin = createAdminEndpoints(deps.administration);
  const forwardings = createForwardings(deps.forwarder, config);
  const ruler = deps.facts.rulerApi ? createRulerForwarding(deps.forwarder, config) : null;

  const standard: readonly (readonly [name: string, route: Route])[] = [
    [
      'query',
      {
        methods: READ,
        endpoint: async ({ parameters, signal, origin }) =>
          await answers.one(requests.instant(parameters, signal, origin), signal),
      },
    ],
    [
      'query_range',
      {
        methods: READ,
        endpoint: async ({ parameters, signal, origin }) =>
          await answers.one(requests.range(parameters, signal, origin), signal),
      },
    ],
    ['query_exemplars', { methods: READ, endpoint: series.exemplars }],
    ['series', { methods: READ, endpoint: series.series }],
    ['labels', { methods: READ, endpoint: series.labels }],
    ['format_query', { methods: READ, endpoint: expressionEndpoints.format }],
    ['parse_query', { methods: READ, endpoint: expressionEndpoints.parse }],
    ['metadata', { methods: GET, endpoint: series.metadata }],
    ['targets/metadata', { methods: GET, endpoint: series.targetMetadata }],
    ['features', { methods: GET, endpoint: status.features }],
    ['notifications', { methods: GET, endpoint: status.notifications }],
    ['status/tsdb/blocks', { methods: GET, endpoint: status.blocks }],
    ['alertmanagers', { methods: GET, endpoint: status.alertmanagers }],
    ...(['config', 'flags', 'buildinfo', 'runtimeinfo', 'tsdb', 'walreplay'] as const).map(
      (name) => [`status/${name}`, { methods: GET, endpoint: status[name] }] as const,
    ),
    ...(['delete_series', 'clean_tombstones', 'snapshot', 'compact'] as const).map(
      (name) => [`admin/tsdb/${name}`, { methods: CHANGE, endpoint: admin[name] }] as const,
    ),
  ];
  const routes = new Map<string, Route>([
    ...standard.map(([name, route]) => [`/api/v1/${name}`, route] as const),
    ['/api/tocsin/v1/limits', { methods: GET, endpoint: status.limits }],
    ['/api/tocsin/v1/queries', { methods: GET, endpoint: createRecentEndpoint(deps.recent) }],
  ]);

  return { handle: route, close: () => live.close() };

  function route(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    const forward = forwardings.get(path);
    if (forward) {
      if (request.method === 'GET' || request.method === 'HEAD')
        handle(response, deps.log, () => forward(request, response));
      else refuseMethod(response, GET);
      return true;
    }
    if (ruler && isRulerPath(path)) {
      if (RULER_METHODS.includes(request.method ?? ''))
        handle(response, deps.log, () => ruler(request, response));
      else refuseMethod(response, RULER_METHODS);
      return true;
    }
    if (path === '/version') {
      withRequest(request, response, GET, async () => sendJson(response, 200, buildInfo(deps.facts)));
      return true;
    }
    if (path === '/api/tocsin/v1/query_batch') {
      withBody(request, response, async (body, signal) => {
        const text = answerBatch({ log: deps.log, requests, answers }, config, body, {
          signal,
          origin: originOf(request),
        });
        await sendLater(request, response, text);
      });
      return true;
    }
    if (path === '/api/tocsin/v1/query_live') {
      if (request.method === 'HEAD') {
        refuseMethod(response, READ);
        return true;
      }
      const lastEventId = request.headers['last-event-id'];
      const serve = (queries: readonly Parameters[], signal: AbortSignal): Promise<void> =>
        live.serve(
          queries,
          {
            lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
            origin: originOf(request),
            signal,
          },
          response,
        );
      if (isJson(request))
        withBody(request, response, async (body, signal) => {
          await serve(readQueryList(body, config.batchQueriesMax), signal);
        });
      else
        withRequest(request, response, READ, async (parameters, signal) => {
          await serve(
            parameters.all('query').map((query) => parameters.with('query', query)),
            signal,
          );
        });
      return true;
    }
    if (path === '/federate') {
      withRequest(request, response, GET, (parameters, signal) =>
        sendFederation(deps, parameters, signal, response),
      );
      return true;
    }
    const values = LABEL_VALUES.exec(path);
    const found = values ? { methods: GET, endpoint: series.labelValues } : routes.get(path);
    if (!found) return false;
    withRequest(request, response, found.methods, async (parameters, signal) => {
      const name = values ? decodePath(values[1]!) : undefined;
      const answer = await found.endpoint({
        parameters,
        path: name === undefined ? {} : { name },
        signal,
        origin: originOf(request),
      });
      await sendAnswer(request, response, answer);
    });
    return true;
  }

  function withRequest(
    request: IncomingMessage,
    response: ServerResponse,
    methods: readonly string[],
    work: (parameters: Parameters, signal: AbortSignal) => Promise<void>,
  ): void {
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
    if (method === 'OPTIONS') {
      response.writeHead(204, { Allow: ['OPTIONS', ...methods].join(', ') });
      response.end();
      return;
    }
    if (!methods.includes(method)) {
      refuseMethod(response, methods);
      return;
    }
    const signal = hangUpOf(response);
    handle(response, deps.log, async () => {
      await work(await readParameters(request, config.bodyBytesMax), signal);
    });
  }

  function withBody(
    request: IncomingMessage,
    response: ServerResponse,
    work: (body: Buffer, signal: AbortSignal) => Promise<void>,
  ): void {
    if (request.method !== 'POST') {
      refuseMethod(response, ['POST']);
      return;
    }
    const signal = hangUpOf(response);
    handle(response, deps.log, async () => {
      await work(await readWhole(request, config.bodyBytesMax), signal);
    });
  }
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/json\b/i.test(request.headers['content-type'] ?? '');
}

/** Aborted when the client hangs up. */
function hangUpOf(response: ServerResponse): AbortSignal {
  const hangUp = new AbortController();
  response.once('close', () => {
    // Which every answer ends with; only one that is not finished has lost its client.
    if (!response.writableFinished)
      hangUp.abort(new ApiError('canceled', 'the client closed the connection'));
  });
  return hangUp.signal;
}

function refuseMethod(response: ServerResponse, methods: readonly string[]): void {
  response.setHeader('Allow', methods.join(', '));
  sendText(response, 405, `Method not allowed; use ${methods.join(' or ')}\n`);
}

/** Sees to it that a request is answered whatever goes wrong. */
function handle(response: ServerResponse, log: Log, work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    if (response.destroyed || response.headersSent) {
      response.destroy();
      return;
    }
    const known = error instanceof BodyTooLarge ? new ApiError('bad_data', error.message) : toApiError(error);
    if (!known) log.error({ err: error }, 'cannot answer a request');
    sendError(response, known ?? new ApiError('internal', 'the server failed; its log says why'));
  });
}

async function readParameters(request: IncomingMessage, bodyBytesMax: number): Promise<Parameters> {
  const query = readForm(searchOf(request));
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const hasBody = request.method === 'POST' || request.method === 'PUT';
  if (!isForm || !hasBody) {
    request.resume();
    return createParameters(query, new URLSearchParams());
  }
  const body = await readWhole(request, bodyBytesMax);
  return createParameters(query, readForm(body));
}

async function readWhole(request: IncomingMessage, bodyBytesMax: number): Promise<Buffer> {
  try {
    return await readBody(request, bodyBytesMax);
  } catch (error) {
    if (error instanceof BodyAborted) throw new ApiError('canceled', error.message);
    throw error;
  }
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError('bad_data', `invalid path: ${text} is not percent-encoded`);
  }
}
