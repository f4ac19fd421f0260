import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the fake aggregator and alerting hold; tests change it while they run. */
export interface FakeContent {
  /** Metric names by layer. */
  names: Record<'business' | 'usage' | 'system', readonly string[]>;
  metadata: Record<string, { type: string; help: string; unit: string }>;
  series: readonly Record<string, string>[];
  /** Extra label values for the series of every `by (...)` query. */
  groups: Record<string, readonly string[]>;
  /** Queries answered with an error, by a part of their text. */
  failing: readonly string[];
  demo: Record<string, string> | null;
  alerts: readonly Record<string, unknown>[];
  silenced: readonly Record<string, unknown>[];
  notifications: { configured: boolean; notifications: readonly Record<string, unknown>[] };
  /** Whether new points are streamed: two steps of 424242 as soon as somebody listens. */
  live: boolean;
  /** In seconds: values are five times as large in there. */
  jump: readonly [from: number, to: number] | null;
  /** Rule groups in Prometheus' form. */
  rules: readonly Record<string, unknown>[];
  silences: Record<string, unknown>[];
  receivers: readonly string[];
  /** What the aggregator was asked; null when it does not tell. */
  asked: readonly Record<string, unknown>[] | null;
  /** What `why` tells of an alert, by fingerprint. */
  why: Record<string, unknown>;
  logs: readonly { stream: Record<string, string>; time: number; line: string }[];
}

export interface FakePart {
  readonly url: string;
  readonly port: number;
  /** Every request's method and address. */
  readonly requests: string[];
  stop(): Promise<void>;
}

/** A server that answers the aggregator's query API from `content`, with waves for values. Port 0 chooses one. */
export function startFakeAggregator(content: FakeContent, port = 0): Promise<FakePart> {
  return serve(port, (path, params, response, _request, body) => {
    if (path === '/api/v1/features') return success(response, { tocsin: { query_live: content.live } });
    if (path === '/api/tocsin/v1/query_live' && content.live) return streamPoints(response, body);
    const reply: Reply = (status, answer) => send(response, status, answer);
    if (path === '/api/v1/query_range') return answerQuery(content, params, reply, true);
    if (path === '/api/v1/query') return answerQuery(content, params, reply, false);
    if (path === '/api/tocsin/v1/query_batch') return answerBatch(content, body, reply);
    if (path === '/api/tocsin/v1/queries' && content.asked !== null)
      return success(response, { since: '2026-01-10T00:00:00.000Z', queries: content.asked });
    if (path === '/api/v1/metadata')
      return success(
        response,
        Object.fromEntries(Object.entries(content.metadata).map(([name, one]) => [name, [one]])),
      );
    if (path === '/api/v1/label/__name__/values')
      return success(response, namesFor(content, params.get('match[]')));
    if (path === '/api/v1/series') {
      const match = params.get('match[]') ?? '';
      const layer = /layer="(\w+)"/.exec(match)?.[1];
      return success(
        response,
        content.series.filter((labels) => labels['layer'] === layer || labels['__name__'] === match),
      );
    }
    if (path === '/loki/api/v1/label/service_name/values') {
      return success(response, [...new Set(content.logs.map(({ stream }) => stream['service_name']))]);
    }
    if (path === '/loki/api/v1/query_range') return answerLogs(content, params, response);
    if (path === '/api/v1/alerts') return success(response, { alerts: content.alerts });
    if (path.startsWith('/api/v1/status/')) return answerStatus(content, path, response);
    if (path === '/api/v1/format_query') return success(response, `formatted(${params.get('query')})`);
    const label = /^\/api\/v1\/label\/(\w+)\/values$/.exec(path)?.[1];
    if (label !== undefined) {
      const values = content.series.map((labels) => labels[label] ?? '').filter((value) => value !== '');
      return success(response, [...new Set([...values, ...(content.groups[label] ?? [])])]);
    }
    if (path === '/api/v1/labels')
      return success(response, [...new Set(content.series.flatMap((labels) => Object.keys(labels)))]);
    send(response, 404, { status: 'error', errorType: 'not_found', error: `no ${path}` });
  });
}

/** A server that answers alerting's APIs from `content`. */
export function startFakeAlerting(content: FakeContent, port = 0): Promise<FakePart> {
  return serve(port, (path, params, response, request, body) => {
    if (path === '/api/tocsin/v1/receivers/test') {
      const integrations = [
        { integration: 'email', outcome: 'sent', detail: '250 OK', problem: null, durationMs: 40 },
        {
          integration: 'chat',
          outcome: 'failed',
          detail: '404 no such channel',
          problem: null,
          durationMs: 9,
        },
      ];
      return success(response, { receiver: JSON.parse(body).receiver, integrations });
    }
    if (path === '/api/tocsin/v1/backtest') {
      return success(response, {
        rules: [{ fired: 3, dropped: 1, firingSeconds: 600, error: null }],
        receivers: [{ name: 'team-shop', messages: 5, atNight: 2, nightsDisturbed: 1 }],
        warnings: [],
      });
    }
    if (path === '/api/v1/rules') return success(response, { groups: content.rules });
    if (path === '/api/v2/silences' && request.method === 'GET') return send(response, 200, content.silences);
    if (path === '/api/v2/silences') {
      const silence = JSON.parse(body);
      content.silences.push({
        ...silence,
        id: `s${content.silences.length + 1}`,
        status: { state: 'active' },
      });
      return send(response, 200, { silenceID: `s${content.silences.length}` });
    }
    if (path.startsWith('/api/v2/silence/') && request.method === 'DELETE') {
      const id = path.slice('/api/v2/silence/'.length);
      for (const silence of content.silences)
        if (silence['id'] === id) silence['status'] = { state: 'expired' };
      return send(response, 200, null);
    }
    if (path === '/api/v2/receivers')
      return send(
        response,
        200,
        content.receivers.map((name) => ({ name })),
      );
    if (path === '/api/v2/status')
      return send(response, 200, { config: { original: 'route:\n  receiver: team' } });
    if (path === '/api/tocsin/v1/why') {
      const found = content.why[params.get('fingerprint') ?? ''];
      return found === undefined
        ? send(response, 404, { status: 'error', error: 'nothing is known of such an alert' })
        : success(response, { alerts: [found], omitted: 0 });
    }
    if (path === '/api/v1/alerts') return success(response, { alerts: content.alerts });
    if (path === '/api/v2/alerts') {
      const filters = params.getAll('filter');
      return send(
        response,
        200,
        content.silenced.filter(({ labels }) =>
          filters.every((filter) => {
            const [, name = '', value = '""'] = /^(\w+)=(.*)$/.exec(filter) ?? [];
            return Reflect.get(Object(labels), name) === JSON.parse(value);
          }),
        ),
      );
    }
    if (path === '/api/tocsin/v1/notifications') return success(response, content.notifications);
    send(response, 404, { code: 404, message: `no ${path}` });
  });
}

interface LiveQuery {
  readonly query: string;
  readonly step: number;
  readonly start: number;
}

/** Two new points of each query; then the stream stays open. */
function streamPoints(response: ServerResponse, body: string): void {
  const { queries }: { queries: readonly LiveQuery[] } = JSON.parse(body);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const [query, { step, start }] of queries.entries()) {
    const through = start + step;
    const values = [start, through].map((time) => [time, '424242']);
    const answer = { status: 'success', data: { resultType: 'matrix', result: [{ metric: {}, values }] } };
    response.write(`event: answer\ndata: ${JSON.stringify({ query, from: start, through, answer })}\n\n`);
  }
}

function answerStatus(content: FakeContent, path: string, response: ServerResponse): void {
  const names = namesFor(content, null).map((name, index) => ({ name, value: 200 - index }));
  const data: Readonly<Record<string, unknown>> = {
    tsdb: {
      headStats: { numSeries: 4321, chunkCount: 5000 },
      seriesCountByMetricName: names,
      labelValueCountByLabelName: [{ name: '__name__', value: names.length }],
      memoryInBytesByLabelName: [{ name: '__name__', value: 33_817 }],
      seriesCountByLabelValuePair: [{ name: 'job=shop', value: 400 }],
    },
    runtimeinfo: {
      startTime: new Date(Date.now() - 3_600_000).toISOString(),
      storageRetention: '{} raw=15d,5m=90d',
    },
    buildinfo: { version: '3.14.0', features: {} },
    config: { yaml: 'data_dir: ./data' },
  };
  success(response, data[path.slice('/api/v1/status/'.length)] ?? {});
}

function namesFor(content: FakeContent, match: string | null): readonly string[] {
  const layer = /layer="(\w+)"/.exec(match ?? '')?.[1];
  if (layer === 'business' || layer === 'usage' || layer === 'system') return content.names[layer];
  return [...content.names.business, ...content.names.usage, ...content.names.system];
}

/** Ranges only: what the page begins with. */
function answerBatch(content: FakeContent, body: string, reply: Reply): void {
  const { queries, ...shared }: { queries: Record<string, unknown>[] } = JSON.parse(body);
  const results: unknown[] = [];
  for (const own of queries) {
    const params = new URLSearchParams(
      Object.entries({ ...shared, ...own }).map(([name, value]) => [name, String(value)]),
    );
    answerQuery(content, params, (_status, answer) => results.push(answer), true);
  }
  reply(200, { status: 'success', data: { results } });
}

type Reply = (status: number, body: unknown) => void;

function answerQuery(content: FakeContent, params: URLSearchParams, reply: Reply, isRange: boolean): void {
  const expr = params.get('query') ?? '';
  if (content.failing.some((part) => expr.includes(part))) {
    reply(422, {
      status: 'error',
      errorType: 'execution',
      error: `query timed out in expression evaluation: ${expr}`,
    });
    return;
  }
  if (expr === 'topk(1, timestamp(tocsin_demo_info))') {
    const result =
      content.demo === null ? [] : [{ metric: content.demo, value: [Number(params.get('time')), '1'] }];
    reply(200, { status: 'success', data: { resultType: 'vector', result } });
    return;
  }
  const [start, end, step] = [
    Number(params.get('start')),
    Number(params.get('end')),
    Number(params.get('step')),
  ];
  if (expr.includes('ALERTS{')) {
    const values = Array.from({ length: 8 }, (_, index) => [end - step * (8 - index), '1']);
    const result = content.alerts.map((alert) => ({ metric: alert['labels'], values }));
    reply(200, { status: 'success', data: { resultType: 'matrix', result: isRange ? result : [] } });
    return;
  }
  const names = (/by \(([^)]*)\)/.exec(expr)?.[1] ?? '')
    .split(', ')
    .filter((name) => name !== 'le' && name !== '');
  const by = names[0]?.replaceAll('"', '');
  if (expr.startsWith('sum by (le)')) {
    const values: (readonly [number, string])[] = [];
    for (let time = start; time <= end; time += step) values.push([time, '']);
    const result = ['0.1', '1', '+Inf'].map((le, index) => ({
      metric: { le },
      values: values.map(([time]) => [time, String((index + 1) * 4)]),
    }));
    reply(200, { status: 'success', data: { resultType: 'matrix', result } });
    return;
  }
  const { jump } = content;
  const valueAt = (seconds: number, index: number): number => {
    const jumps = jump !== null && seconds >= jump[0] && seconds <= jump[1];
    return wave(expr, index, seconds) * (jumps ? 5 : 1);
  };
  const limit = Number(params.get('limit') ?? Number.POSITIVE_INFINITY);
  const groups = (by === undefined ? [''] : (content.groups[by] ?? ['alpha', 'beta', 'gamma'])).slice(
    0,
    limit,
  );
  const result = groups.map((group, index) => {
    const metric = by === undefined || group === '' ? {} : { [by]: group };
    if (!isRange)
      return {
        metric,
        value: [Number(params.get('time')), String(valueAt(Number(params.get('time')), index))],
      };
    const values = [];
    for (let time = start; time <= end; time += step) values.push([time, String(valueAt(time, index))]);
    return { metric, values };
  });
  reply(200, { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } });
}

/** A smooth course that depends on the query, the line and the time only. */
function wave(expr: string, index: number, seconds: number): number {
  let seed = 7;
  for (const letter of expr) seed = (seed * 31 + letter.charCodeAt(0)) % 9973;
  const phase = seed + index * 2;
  const course = 1 + 0.35 * Math.sin(seconds / 700 + phase) + 0.12 * Math.sin(seconds / 97 + phase * 3);
  return sizeOf(expr, index) * course;
}

function sizeOf(expr: string, index: number): number {
  if (/node_cpu_seconds_total\{mode!=/.test(expr)) return 0.18 / (index + 1);
  if (/^max\(|node_filesystem|node_disk_io_time|cpu_seconds|ratio/.test(expr)) return 0.35 + 0.1 * index;
  if (/quantile\(0.5/.test(expr)) return 0.02;
  if (/quantile\(0.95/.test(expr)) return 0.08;
  if (/_seconds/.test(expr)) return 0.21;
  if (/node_memory_MemTotal/.test(expr)) return 7e9 * (expr.includes('Available') ? 0.5 : 1);
  if (/bytes/.test(expr)) return 2.4e8 / (index + 1);
  if (/step/.test(expr)) return [1840, 912, 655, 431][index] ?? 100;
  if (/increase/.test(expr)) return /revenue/.test(expr) ? 18_450 : 742;
  return 12 / (index + 1);
}

function answerLogs(content: FakeContent, params: URLSearchParams, response: ServerResponse): void {
  const query = params.get('query') ?? '';
  const service = /service_name="([^"]*)"/.exec(query)?.[1];
  const level = / level=~"\(\?i\)\((\w+)/.exec(query)?.[1];
  const needle = /\|= ("(?:[^"\\]|\\.)*")/.exec(query)?.[1];
  const text = needle === undefined ? '' : String(JSON.parse(needle));
  const [start, end] = [Number(params.get('start')) / 1e9, Number(params.get('end')) / 1e9];
  const result = content.logs
    .filter(({ stream, time, line }) => {
      if (service !== undefined && stream['service_name'] !== service) return false;
      if (level !== undefined && stream['level'] !== level) return false;
      return line.includes(text) && time >= start && time < end;
    })
    .slice(0, Number(params.get('limit')))
    .map(({ stream, time, line }) => ({ stream, values: [[`${Math.floor(time * 1000)}000000`, line]] }));
  success(response, { resultType: 'streams', result });
}

function success(response: ServerResponse, data: unknown): void {
  send(response, 200, { status: 'success', data });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

type Handler = (
  path: string,
  params: URLSearchParams,
  response: ServerResponse,
  request: IncomingMessage,
  body: string,
) => void;

async function serve(port: number, handler: Handler): Promise<FakePart> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://fake');
      handler(
        url.pathname,
        body === '' || request.headers['content-type'] === 'application/json'
          ? url.searchParams
          : new URLSearchParams(body),
        response,
        request,
        body,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
