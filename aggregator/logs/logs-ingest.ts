import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodePushJson } from '@tocsin/protocol/loki/push-json.ts';
import { decodePush } from '@tocsin/protocol/loki/push-protobuf.ts';
import { encodeExportResponse, encodeExportResponseJson } from '@tocsin/protocol/otlp/export-response.ts';
import { decodeLogsRequestJson } from '@tocsin/protocol/otlp/logs-json.ts';
import { decodeLogsRequest } from '@tocsin/protocol/otlp/logs-protobuf.ts';
import { createRefusals, type Refusals } from '@tocsin/protocol/otlp/refusals.ts';
import { decodeSnappy } from '@tocsin/protocol/snappy/decode.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { BodyAborted, readBody } from '@tocsin/runtime/http/read-body.ts';
import { pathOf, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { IngestError, toIngestError } from '../ingest/ingest-error.ts';
import { sendOtlpError } from '../ingest/otlp-metrics.ts';
import { readContent } from '../ingest/read-content.ts';
import { checkStreams } from './check-streams.ts';
import type { LogStream } from './log-entry.ts';
import type { LogStore } from './log-store.ts';
import { otlpLogStreams } from './otlp-streams.ts';
import { withServiceName } from './stream-labels.ts';

export interface LogsIngestDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: LogStore;
  /** Those that hold now. */
  readonly limits: () => {
    /** Of one request as it is sent, and uncompressed. */
    readonly requestBytesMax: number;
    readonly uncompressedBytesMax: number;
    readonly requestsMax: number;
  };
}

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

const RETRY_AFTER_S = 5;
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const OTLP_PATHS = new Set(['/v1/logs', '/otlp/v1/logs']);
const PUSH_PATH = '/loki/api/v1/push';

/** The paths on which log lines come in. Returns false for a path that is none of them. */
export function createLogsIngest(deps: LogsIngestDeps): (...exchange: Exchange) => boolean {
  const { store } = deps;
  let running = 0;

  const serve = async (otlp: boolean, ...[request, response]: Exchange): Promise<void> => {
    running++;
    try {
      const { requestsMax } = deps.limits();
      if (running > requestsMax)
        throw new IngestError(503, `${requestsMax} requests are being taken in; send again later`);
      await (otlp ? takeOtlp(deps, request, response) : takePush(deps, request, response));
    } catch (error) {
      if (error instanceof BodyAborted) {
        response.destroy();
        return;
      }
      const known = toIngestError(error);
      if (known === null) deps.log.error({ err: error, path: pathOf(request) }, 'cannot take log lines');
      const answer = known ?? new IngestError(500, 'Cannot take the request: see the log');
      store.metrics.failed.inc({ code: answer.status });
      if (answer.status === 503) response.setHeader('Retry-After', RETRY_AFTER_S);
      // What is left of a body nobody reads would be taken for the next request.
      if (!request.complete) response.setHeader('Connection', 'close');
      if (otlp) sendOtlpError(request, response, answer);
      else sendText(response, answer.status, `${answer.message}\n`);
    } finally {
      running--;
    }
  };

  return (request, response) => {
    const path = pathOf(request);
    const otlp = OTLP_PATHS.has(path);
    if (!otlp && path !== PUSH_PATH) return false;
    if (request.method === 'POST') void serve(otlp, request, response);
    else {
      response.setHeader('Allow', 'POST');
      sendText(response, 405, 'Send this with POST\n');
    }
    return true;
  };
}

async function takeOtlp(deps: LogsIngestDeps, ...[request, response]: Exchange): Promise<void> {
  const type = mediaType(request);
  if (type !== PROTOBUF && type !== JSON_TYPE)
    throw new IngestError(415, `Content-Type must be ${PROTOBUF} or ${JSON_TYPE}`);
  const body = await readContent(request, deps.limits());
  const decoded = type === JSON_TYPE ? decodeLogsRequestJson(body) : decodeLogsRequest(body);
  const refusals = createRefusals();
  await keep(deps, otlpLogStreams(decoded, nowNs(deps.clock)), refusals);
  const partial = refusals.partialSuccess();
  response.writeHead(200, { 'Content-Type': type });
  response.end(
    type === JSON_TYPE ? encodeExportResponseJson('logs', partial) : encodeExportResponse(partial),
  );
}

/** Loki answers 204, or 400 when any line was refused: a sender must not send those again, and the rest is kept. */
async function takePush(deps: LogsIngestDeps, ...[request, response]: Exchange): Promise<void> {
  const type = mediaType(request);
  if (type !== PROTOBUF && type !== JSON_TYPE)
    throw new IngestError(415, `Content-Type must be ${PROTOBUF} (snappy) or ${JSON_TYPE}`);
  const push =
    type === JSON_TYPE
      ? decodePushJson(await readContent(request, deps.limits()))
      : decodePush(await readSnappy(deps, request));
  const refusals = createRefusals();
  for (const { reason, entries } of push.refused) refusals.add(reason, entries);
  const named: LogStream[] = [];
  for (const { labels, entries } of push.streams) {
    if (labels.length === 0) refusals.add('a stream needs at least one label', entries.length);
    else named.push({ labels: withServiceName(labels), entries });
  }
  const kept = await keep(deps, named, refusals);
  const { rejected, errorMessage } = refusals.partialSuccess();
  if (rejected > 0) sendText(response, 400, `${kept} lines are kept; ${errorMessage}\n`);
  else response.writeHead(204).end();
}

/** Keeps what is good, durably; returns how many lines that are. */
async function keep(
  { store, clock }: LogsIngestDeps,
  streams: readonly LogStream[],
  refusals: Refusals,
): Promise<number> {
  const { limits } = store;
  const newestNs = nowNs(clock) + BigInt(limits.futureMsMax) * 1_000_000n;
  const rules = { limits, oldestNs: store.oldestNs(), newestNs, admits: store.admits };
  const good = checkStreams(streams, rules, refusals);
  if (good.length > 0) await store.append(good);
  store.metrics.refused.inc(refusals.rejected);
  return good.reduce((sum, { entries }) => sum + entries.length, 0);
}

/** Loki's protobuf push is snappy whatever the headers say; promtail sends no Content-Encoding. */
async function readSnappy(deps: LogsIngestDeps, request: IncomingMessage): Promise<Uint8Array> {
  const limits = deps.limits();
  const encoding = (request.headers['content-encoding'] ?? 'snappy').trim().toLowerCase();
  if (encoding !== 'snappy' && encoding !== '')
    throw new IngestError(415, `Content-Encoding ${JSON.stringify(encoding)} is not spoken here; use snappy`);
  return decodeSnappy(await readBody(request, limits.requestBytesMax), limits.uncompressedBytesMax);
}

function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

function nowNs(clock: Clock): bigint {
  return BigInt(Math.floor(clock.now())) * 1_000_000n;
}
