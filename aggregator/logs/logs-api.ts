import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LogqlParseError } from '@tocsin/protocol/logql/parse-error.ts';
import { RegexError } from '@tocsin/protocol/regex/regex-error.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { BodyAborted, BodyTooLarge, readBody } from '@tocsin/runtime/http/read-body.ts';
import { pathOf, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { originOf } from '../api/query-origin.ts';
import type { RecentQueries } from '../recent/recent-queries.ts';
import { OverloadError } from '../shard/shard-owner.ts';
import { createLogEndpoints, type LogEndpoint, logQuestionOf } from './log-endpoints.ts';
import type { LogStore } from './log-store.ts';
import { LogQueryError } from './query-error.ts';

export interface LogsApiDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: LogStore;
  readonly recent: Pick<RecentQueries, 'begin' | 'add'>;
}

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

type Noted = (tookMs: number, error: string | null) => void;

const FORM_BYTES_MAX = 2 * 2 ** 20;
const GZIP_FROM_CHARACTERS = 4_096;
const compress = promisify(gzip);

/** Loki's query API over a LogStore, `/loki/api/v1/...`, and counts over time. Returns false for a path that is none of its own. */
export function createLogsApi(deps: LogsApiDeps): (...exchange: Exchange) => boolean {
  const endpointOf = createLogEndpoints(deps);
  let running = 0;

  const serve = async (endpoint: LogEndpoint, ...[request, response]: Exchange): Promise<void> => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const begunMs = deps.clock.monotonic();
    let noted: Noted | null = null;
    let failure: string | null = null;
    running++;
    try {
      if (running > deps.store.limits.queriesMax)
        throw new LogQueryError(
          429,
          `more than ${deps.store.limits.queriesMax} log queries at once; ask again later`,
        );
      const parameters = await readParameters(request);
      noted = begin(request, parameters);
      const categorize = /\bcategorize-labels\b/.test(
        String(request.headers['x-loki-response-encoding-flags'] ?? ''),
      );
      await sendJsonText(request, response, await endpoint({ parameters, categorize, signal: gone.signal }));
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      if (error instanceof BodyAborted || gone.signal.aborted) {
        failure = 'the client closed the connection';
        response.destroy();
        return;
      }
      const known = toQueryError(error);
      if (known === null) deps.log.error({ err: error, path: pathOf(request) }, 'cannot answer a log query');
      const { status, message } = known ?? { status: 500, message: 'Cannot answer: see the log' };
      if (!request.complete) response.setHeader('Connection', 'close');
      // Loki's errors are plain text.
      sendText(response, status, `${message}\n`);
    } finally {
      running--;
      noted?.(deps.clock.monotonic() - begunMs, failure);
    }
  };

  /** Notes a query; null for what is none. */
  function begin(request: IncomingMessage, parameters: URLSearchParams): Noted | null {
    const atMs = deps.clock.now();
    const asked = logQuestionOf(pathOf(request), parameters, atMs);
    if (asked === null) return null;
    const question = { ...asked, language: 'logql', origin: originOf(request) } as const;
    const end = deps.recent.begin(question, 0);
    return (tookMs, error) => {
      end();
      deps.recent.add(question, atMs, { tookMs, series: null, samples: null, error });
    };
  }

  return (request, response) => {
    const path = pathOf(request);
    const endpoint = endpointOf(path);
    if (endpoint === undefined) return false;
    if (request.method === 'GET' || request.method === 'POST') void serve(endpoint, request, response);
    else {
      response.setHeader('Allow', 'GET, POST');
      sendText(response, 405, 'Ask this with GET or POST\n');
    }
    return true;
  };
}

/** Those of the URL and of a form body together; the body's come first. */
async function readParameters(request: IncomingMessage): Promise<URLSearchParams> {
  const url = request.url ?? '';
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  if (request.method !== 'POST') return new URLSearchParams(query);
  const body = await readBody(request, FORM_BYTES_MAX);
  return new URLSearchParams([...new URLSearchParams(body.toString('utf8')), ...new URLSearchParams(query)]);
}

async function sendJsonText(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
  response.setHeader('Content-Type', 'application/json; charset=UTF-8');
  response.setHeader('Vary', 'Accept-Encoding');
  const gzipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (!gzipped || text.length < GZIP_FROM_CHARACTERS) {
    response.end(text);
    return;
  }
  const body = await compress(text, { level: 3 });
  response.setHeader('Content-Encoding', 'gzip');
  response.end(body);
}

function toQueryError(error: unknown): { readonly status: number; readonly message: string } | null {
  if (error instanceof LogQueryError) return error;
  if (error instanceof LogqlParseError || error instanceof RegexError)
    return new LogQueryError(400, error.message);
  if (error instanceof BodyTooLarge) return new LogQueryError(413, error.message);
  if (error instanceof OverloadError) return new LogQueryError(503, error.message);
  return null;
}
