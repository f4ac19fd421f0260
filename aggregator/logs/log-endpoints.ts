import { getLabel, labelsToObject, NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import { evaluateNumber, isVector } from '@tocsin/protocol/logql/evaluate-number.ts';
import { parseLogql, parseLogSelector } from '@tocsin/protocol/logql/parse.ts';
import { parseNumber, parseSeconds } from '@tocsin/protocol/logql/quantity.ts';
import {
  type IndexStats,
  renderList,
  renderMatrix,
  renderNumber,
  renderStreams,
} from '@tocsin/protocol/loki/response.ts';
import { parseLokiTime } from '@tocsin/protocol/loki/time-parameter.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { LogStore, StreamExtent } from './log-store.ts';
import { compilePipeline } from './pipeline.ts';
import { LogQueryError } from './query-error.ts';

export interface LogRequest {
  readonly parameters: URLSearchParams;
  /** The client wants structured metadata apart from the stream's labels. */
  readonly categorize: boolean;
  readonly signal: AbortSignal;
}

/** Milliseconds since the epoch, equal for one moment; a step of 0 when there is none. */
export interface LogQuestion {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** One path of Loki's API; answers with JSON text. */
export type LogEndpoint = (request: LogRequest) => Promise<string>;

/** Tocsin's own, beside Loki's API. */
const HISTOGRAM_PATH = '/api/tocsin/v1/logs/histogram';
const LOKI_PREFIX = '/loki/api/v1/';
const INSTANT_PATH = `${LOKI_PREFIX}query`;
const QUERY_PATHS: ReadonlySet<string> = new Set([INSTANT_PATH, `${LOKI_PREFIX}query_range`, HISTOGRAM_PATH]);
const LABEL_VALUES = /^label\/([^/]+)\/values$/;
const NS_PER_HOUR = 3_600_000_000_000n;
const NS_PER_MS = 1_000_000n;
const DEFAULT_LIMIT = 100;
/** Loki's bound on one series, as Prometheus'. */
const POINTS_MAX = 11_000;

/** What a request asks, as far as it can be read; null when its path is no query. */
export function logQuestionOf(path: string, parameters: URLSearchParams, nowMs: number): LogQuestion | null {
  if (!QUERY_PATHS.has(path)) return null;
  const query = parameters.get('query') ?? '';
  const moment = { query, startMs: nowMs, endMs: nowMs, stepMs: 0 };
  try {
    if (path === INSTANT_PATH) {
      const timeMs = Number(
        (timeOf(parameters, 'time') ?? BigInt(Math.floor(nowMs)) * NS_PER_MS) / NS_PER_MS,
      );
      return { query, startMs: timeMs, endMs: timeMs, stepMs: 0 };
    }
    const { startNs, endNs } = timeRange(parameters, BigInt(Math.floor(nowMs)) * NS_PER_MS, NS_PER_HOUR);
    const step = parameters.get('step') ?? '';
    const stepMs = Math.round((parseNumber(step) ?? parseSeconds(step) ?? 0) * 1000);
    return {
      query,
      startMs: Number(startNs / NS_PER_MS),
      endMs: Number(endNs / NS_PER_MS),
      stepMs: Number.isFinite(stepMs) ? stepMs : 0,
    };
  } catch {
    return moment;
  }
}

/** Finds the endpoint for a path. */
export function createLogEndpoints({
  store,
  clock,
}: {
  readonly store: LogStore;
  readonly clock: Clock;
}): (path: string) => LogEndpoint | undefined {
  const nowNs = (): bigint => BigInt(Math.floor(clock.now())) * 1_000_000n;

  async function queryRange({ parameters, categorize, signal }: LogRequest): Promise<string> {
    const query = parseLogql(required(parameters, 'query'));
    const { startNs, endNs } = timeRange(parameters, nowNs(), NS_PER_HOUR);
    if (query.kind !== 'log_query') {
      const timestampsMs = stepsOf(parameters, Number(startNs / NS_PER_MS), Number(endNs / NS_PER_MS));
      const value = evaluateNumber(query);
      return renderMatrix([{ labels: NO_LABELS, timestampsMs, values: timestampsMs.map(() => value) }], {});
    }
    const limit = limitOf(parameters, DEFAULT_LIMIT, store.limits.linesPerQueryMax);
    const direction = directionOf(parameters);
    const startedMs = clock.monotonic();
    const { lines, scannedBytes } = await store.select({ query, startNs, endNs, limit, direction, signal });
    const execTime = (clock.monotonic() - startedMs) / 1000;
    const summary = { execTime, totalBytesProcessed: scannedBytes, totalEntriesReturned: lines.length };
    return renderStreams(lines, categorize, { summary });
  }

  async function query({ parameters }: LogRequest): Promise<string> {
    const expression = parseLogql(required(parameters, 'query'));
    if (expression.kind !== 'log_query') {
      const timestampMs = Number((timeOf(parameters, 'time') ?? nowNs()) / NS_PER_MS);
      return renderNumber(evaluateNumber(expression), timestampMs, isVector(expression));
    }
    // As Loki refuses it.
    throw new LogQueryError(
      400,
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  }

  /** Streams in the request's time that match any of the selectors, or all streams when there is none. */
  function extents(parameters: URLSearchParams, selectors: readonly string[]): StreamExtent[] {
    const { startNs, endNs } = timeRange(parameters, nowNs(), 6n * NS_PER_HOUR);
    const pipelines = selectors.map((selector) =>
      compilePipeline({ matchers: parseLogSelector(selector), stages: [] }),
    );
    return store
      .extents(startNs, endNs)
      .filter(({ labels }) => pipelines.length === 0 || pipelines.some((one) => one.selects(labels)));
  }

  async function labels({ parameters }: LogRequest): Promise<string> {
    const names = new Set<string>();
    for (const { labels: stream } of extents(parameters, optional(parameters, 'query')))
      for (let i = 0; i < stream.length; i += 2) names.add(stream[i]!);
    return renderList([...names].sort());
  }

  const labelValues =
    (encodedName: string): LogEndpoint =>
    async ({ parameters }) => {
      const name = decodeName(encodedName);
      const values = new Set<string>();
      for (const { labels: stream } of extents(parameters, optional(parameters, 'query')))
        values.add(getLabel(stream, name));
      values.delete('');
      return renderList([...values].sort());
    };

  async function series({ parameters }: LogRequest): Promise<string> {
    const selectors = [...parameters.getAll('match[]'), ...parameters.getAll('match')];
    const found = extents(parameters, selectors);
    const { seriesPerAnswerMax } = store.limits;
    if (found.length > seriesPerAnswerMax)
      throw new LogQueryError(
        400,
        `more than ${seriesPerAnswerMax} streams match; narrow match[] or the time`,
      );
    return renderList(found.map((extent) => labelsToObject(extent.labels)));
  }

  async function stats({ parameters }: LogRequest): Promise<string> {
    const sum = { streams: 0, chunks: 0, entries: 0, bytes: 0 };
    for (const { stats: one } of extents(parameters, [required(parameters, 'query')])) add(sum, one);
    return JSON.stringify(sum);
  }

  async function histogram({ parameters, signal }: LogRequest): Promise<string> {
    const query = parseLogql(required(parameters, 'query'));
    if (query.kind !== 'log_query') throw new LogQueryError(400, 'parameter query: it must select log lines');
    const { startNs, endNs } = timeRange(parameters, nowNs(), NS_PER_HOUR);
    const text = required(parameters, 'step');
    const stepMs = Math.round((parseNumber(text) ?? parseSeconds(text) ?? Number.NaN) * 1000);
    if (!(stepMs >= 1 && stepMs <= Number.MAX_SAFE_INTEGER))
      throw new LogQueryError(
        400,
        `parameter step: cannot parse ${JSON.stringify(text)} as a duration of 1 ms or more`,
      );
    const bucketNs = BigInt(stepMs) * NS_PER_MS;
    const buckets = Number((endNs - startNs + bucketNs - 1n) / bucketNs);
    if (buckets > POINTS_MAX)
      throw new LogQueryError(400, `${buckets} buckets are more than ${POINTS_MAX}; take a longer step`);
    const levels = await store.count({ query, startNs, endNs, bucketNs, buckets, signal });
    const data = {
      start: Number(startNs / NS_PER_MS) / 1000,
      step: stepMs / 1000,
      levels: Object.fromEntries(levels),
    };
    return JSON.stringify({ status: 'success', data });
  }

  const endpoints = new Map<string, LogEndpoint>([
    ['query_range', queryRange],
    ['query', query],
    ['labels', labels],
    ['label', labels],
    ['series', series],
    ['index/stats', stats],
  ]);
  return (path) => {
    if (path === HISTOGRAM_PATH) return histogram;
    if (!path.startsWith(LOKI_PREFIX)) return undefined;
    return lokiEndpoint(path.slice(LOKI_PREFIX.length));
  };

  function lokiEndpoint(path: string): LogEndpoint | undefined {
    const values = LABEL_VALUES.exec(path);
    return values === null ? endpoints.get(path) : labelValues(values[1]!);
  }
}

function add(sum: { -readonly [Key in keyof IndexStats]: number }, one: IndexStats): void {
  sum.streams += one.streams;
  sum.chunks += one.chunks;
  sum.entries += one.entries;
  sum.bytes += one.bytes;
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === '') throw new LogQueryError(400, `parameter ${name} is missing`);
  return value;
}

function optional(parameters: URLSearchParams, name: string): string[] {
  const value = parameters.get(name);
  return value === null || value === '' ? [] : [value];
}

/** `start` (included) and `end` (excluded), or `since` before `end`; the last `defaultNs` when nothing is said. */
function timeRange(
  parameters: URLSearchParams,
  nowNs: bigint,
  defaultNs: bigint,
): { startNs: bigint; endNs: bigint } {
  const endNs = timeOf(parameters, 'end') ?? nowNs;
  const since = parameters.get('since');
  const seconds = since === null || since === '' ? undefined : parseSeconds(since);
  if (since && (seconds === undefined || !(seconds >= 0 && seconds < 1e9)))
    throw new LogQueryError(400, `parameter since: cannot parse ${JSON.stringify(since)} as a duration`);
  const spanNs = seconds === undefined ? defaultNs : BigInt(Math.round(seconds * 1e9));
  // Loki measures from now when the end lies ahead.
  const startNs = timeOf(parameters, 'start') ?? (endNs < nowNs ? endNs : nowNs) - spanNs;
  if (endNs < startNs) throw new LogQueryError(400, 'end timestamp must not be before start time');
  return { startNs, endNs };
}

function timeOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const timeNs = parseLokiTime(text);
  if (timeNs === undefined)
    throw new LogQueryError(
      400,
      `parameter ${name}: cannot parse ${JSON.stringify(text)} as a time (nanoseconds, seconds or RFC 3339)`,
    );
  return timeNs;
}

/** The times of a range query's points; without a step about 250 of them. */
function stepsOf(parameters: URLSearchParams, startMs: number, endMs: number): number[] {
  const text = parameters.get('step') ?? '';
  const seconds =
    text === ''
      ? Math.max(1, Math.floor((endMs - startMs) / 250_000))
      : (parseNumber(text) ?? parseSeconds(text));
  if (seconds === undefined || !(seconds > 0))
    throw new LogQueryError(
      400,
      `parameter step: cannot parse ${JSON.stringify(text)} as a positive duration`,
    );
  const stepMs = seconds * 1000;
  if ((endMs - startMs) / stepMs > POINTS_MAX)
    throw new LogQueryError(
      400,
      `exceeded maximum resolution of ${POINTS_MAX} points per time series; take a longer step`,
    );
  const timestampsMs: number[] = [];
  for (let i = 0; startMs + i * stepMs <= endMs; i++) timestampsMs.push(startMs + i * stepMs);
  return timestampsMs;
}

function limitOf(parameters: URLSearchParams, fallback: number, max: number): number {
  const text = parameters.get('limit');
  if (text === null || text === '') return fallback;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit === 0) throw new LogQueryError(400, 'limit must be a positive value');
  if (limit > max)
    throw new LogQueryError(
      400,
      `max entries limit per query exceeded, limit > max_entries_limit (${text} > ${max})`,
    );
  return limit;
}

function directionOf(parameters: URLSearchParams): 'forward' | 'backward' {
  const direction = (parameters.get('direction') ?? '').toLowerCase();
  if (direction === 'forward' || direction === 'backward') return direction;
  if (direction === '') return 'backward';
  throw new LogQueryError(400, `invalid direction ${JSON.stringify(direction)}: forward or backward`);
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new LogQueryError(400, `invalid label name ${JSON.stringify(text)}`);
  }
}
