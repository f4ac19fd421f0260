import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import { createDashboard } from './dashboard.ts';
import { forwardBodyBytesMax } from './limits.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

interface Upstream {
  readonly url: string;
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  readonly seen: {
    readonly line: string;
    readonly headers: IncomingMessage['headers'];
    readonly body: string;
  }[];
  stop(): Promise<void>;
}

async function startUpstream(name: string): Promise<Upstream> {
  const seen: Upstream['seen'] = [];
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += chunk));
    incoming.on('end', () => {
      seen.push({ line: `${incoming.method} ${incoming.url}`, headers: incoming.headers, body });
      upstream.handler(incoming, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    handler: (_incoming, response) => response.end(name),
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

describe('the dashboard server', () => {
  let folder: string;
  let aggregator: Upstream;
  let alerting: Upstream;
  let dashboard: Part;
  const registry = createMetricsRegistry('dashboard', '0');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-page-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>');
    await writeFile(join(folder, 'assets', 'app-123.js'), 'export {};');
    await writeFile(join(folder, 'assets', 'app-123.js.br'), brotliCompressSync('export {};'));
    aggregator = await startUpstream('aggregator');
    alerting = await startUpstream('alerting');
    dashboard = createDashboard(
      { clock: systemClock, log: silentLog, registry },
      {
        listen: { host: '127.0.0.1', port: 0 },
        aggregatorUrl: aggregator.url,
        alertingUrl: alerting.url,
        pageFolder: folder,
      },
    );
    await dashboard.start();
  });
  after(async () => {
    await dashboard.stop();
    await Promise.all([aggregator.stop(), alerting.stop()]);
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    aggregator.seen.length = 0;
    alerting.seen.length = 0;
    aggregator.handler = (_incoming, response) => response.end('aggregator');
    alerting.handler = (_incoming, response) => response.end('alerting');
  });

  function ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
  ) {
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = request(
        { ...dashboard.address, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk) => (text += chunk));
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
          );
          incoming.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  }
  const counted = async (name: string, labels: Record<string, string>) => {
    const metric = await registry.getSingleMetric(name)?.get();
    const found = metric?.values.find((one) =>
      Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
    return found?.value ?? 0;
  };

  it('serves the page with a policy that allows no script but its own', async () => {
    for (const path of ['/', '/graph?g0.expr=up']) {
      const answer = await ask(path);
      assert.equal(answer.status, 200);
      assert.match(answer.text, /<title>page/);
      assert.match(
        String(answer.headers['content-security-policy']),
        /default-src 'none'; script-src 'self';/,
      );
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.headers['cache-control'], 'no-cache');
      assert.equal(answer.headers['x-powered-by'], undefined);
    }
    const asset = await ask('/assets/app-123.js');
    assert.match(String(asset.headers['cache-control']), /immutable/);
    assert.equal(asset.headers['content-encoding'], undefined);
    const url = `http://127.0.0.1:${dashboard.address.port}/assets/app-123.js`;
    const compressed = await fetch(url, { headers: { 'Accept-Encoding': 'br' } });
    assert.equal(compressed.headers.get('content-encoding'), 'br');
    assert.match(String(compressed.headers.get('content-type')), /javascript/);
    assert.match(String(compressed.headers.get('cache-control')), /immutable/);
    assert.equal(await compressed.text(), 'export {};');
    assert.equal((await ask('/assets/old-1.js')).status, 404);
    assert.equal((await ask('/nothing')).status, 404);
    assert.equal((await ask('/assets/..%2f..%2fpackage.json')).status, 403);
  });

  it('passes the APIs on, query, body and status included', async () => {
    aggregator.handler = (_incoming, response) => {
      response.writeHead(422, { 'Content-Type': 'application/json', 'Set-Cookie': 'a=b' });
      response.end('{"status":"error"}');
    };
    const answer = await ask('/api/v1/query?query=up%7B%7D&time=1', {
      headers: { Accept: 'application/json', Cookie: 'x=y' },
    });
    assert.deepEqual([answer.status, answer.text], [422, '{"status":"error"}']);
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.equal(aggregator.seen[0]?.line, 'GET /api/v1/query?query=up%7B%7D&time=1');
    assert.equal(aggregator.seen[0]?.headers.cookie, undefined);
    assert.equal(aggregator.seen[0]?.headers.host, new URL(aggregator.url).host);

    await ask('/api/v1/query', {
      method: 'POST',
      body: 'query=up',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    assert.deepEqual(
      [aggregator.seen[1]?.line, aggregator.seen[1]?.body],
      ['POST /api/v1/query', 'query=up'],
    );
    await ask('/alerting/api/tocsin/v1/notifications?limit=50');
    await ask('/api/v2/alerts');
    assert.deepEqual(
      alerting.seen.map(({ line }) => line),
      ['GET /api/tocsin/v1/notifications?limit=50', 'GET /api/v2/alerts'],
    );
    assert.equal(
      await counted('tocsin_dashboard_forwarded_requests_total', {
        upstream: 'alerting',
        outcome: 'answered',
      }),
      2,
    );
  });

  it('streams an answer as it comes', async () => {
    let finish = () => {};
    aggregator.handler = (_incoming, response) => {
      response.write('first');
      finish = () => response.end('last');
    };
    const text = await new Promise<string>((resolve, reject) => {
      const outgoing = request({ ...dashboard.address, path: '/api/tocsin/v1/live' }, (incoming) => {
        let seen = '';
        incoming.on('data', (chunk) => {
          seen += chunk;
          // Only after the first part has arrived does the server send the rest.
          if (seen === 'first') finish();
        });
        incoming.on('end', () => resolve(seen));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
    assert.equal(text, 'firstlast');
  });

  it('never passes on administration or ingest', async () => {
    for (const path of [
      '/api/v1/admin/tsdb/delete_series',
      '/api/v1/%61dmin/tsdb/snapshot',
      '/api/v1/write',
    ]) {
      const answer = await ask(path, { method: 'POST' });
      assert.equal(answer.status, 403, path);
    }
    assert.equal(aggregator.seen.length, 0);
    assert.equal(await counted('tocsin_dashboard_refused_requests_total', { reason: 'admin' }), 2);
  });

  it('refuses foreign hosts and origins', async () => {
    assert.equal((await ask('/', { headers: { Host: 'evil.example' } })).status, 403);
    assert.equal((await ask('/api/v1/query', { headers: { Origin: 'https://evil.example' } })).status, 403);
    assert.equal((await ask('/api/v1/query', { headers: { Origin: 'null' } })).status, 403);
    assert.equal(aggregator.seen.length, 0);
  });

  it('takes changes from its own pages and from programs only', async () => {
    const own = `http://127.0.0.1:${dashboard.address.port}`;
    const post = (headers: Record<string, string>) =>
      ask('/api/v2/silences', { method: 'POST', headers, body: '{}' });
    // Another server on this machine passes the host check, and is still not this page.
    assert.equal((await post({ Origin: 'http://127.0.0.1:3000' })).status, 403);
    assert.equal((await post({ Origin: `http://localhost:${dashboard.address.port}` })).status, 403);
    assert.equal((await post({ 'Sec-Fetch-Site': 'same-site' })).status, 403);
    assert.equal(alerting.seen.length, 0);
    assert.equal((await post({ Origin: own, 'Sec-Fetch-Site': 'same-origin' })).status, 200);
    assert.equal((await post({})).status, 200);
    assert.equal(alerting.seen.length, 2);
  });

  it('refuses bodies beyond the limit, announced or not', async () => {
    const body = Buffer.alloc(forwardBodyBytesMax + 1, 'a');
    assert.equal((await ask('/api/v1/query', { method: 'POST', body })).status, 413);
    const chunked = await ask('/api/v1/query', {
      method: 'POST',
      body,
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    assert.equal(chunked.status, 413);
    assert.equal(aggregator.seen.length, 0);
  });

  it('says which part is down and since when, and when it is back', async () => {
    const lonely = createDashboard(
      { clock: systemClock, log: silentLog, registry: createMetricsRegistry('dashboard', '0') },
      {
        listen: { host: '127.0.0.1', port: 0 },
        aggregatorUrl: 'http://127.0.0.1:1',
        alertingUrl: alerting.url,
        pageFolder: folder,
      },
    );
    await lonely.start();
    const url = `http://127.0.0.1:${lonely.address.port}`;
    const first = await fetch(`${url}/api/v1/query?query=up`);
    const second = await fetch(`${url}/loki/api/v1/labels`);
    const body = (await first.json()) as { errorType: string; error: string };
    assert.deepEqual([first.status, body.errorType], [502, 'unavailable']);
    assert.match(body.error, /^Cannot reach the aggregator at http:\/\/127\.0\.0\.1:1: .*since 20/);
    await second.text();
    assert.equal(first.headers.get('x-tocsin-down-since'), second.headers.get('x-tocsin-down-since'));
    assert.equal(await (await fetch(`${url}/api/v2/status`)).text(), 'alerting');
    assert.equal((await fetch(`${url}/-/ready`)).status, 200);
    await lonely.stop();
  });

  it('cuts its answer when the part dies while answering', async () => {
    aggregator.handler = (_incoming, response) => {
      response.write('half');
      setImmediate(() => response.destroy());
    };
    await assert.rejects(ask('/api/v1/query'));
    assert.equal(
      await counted('tocsin_dashboard_forwarded_requests_total', { upstream: 'aggregator', outcome: 'cut' }),
      1,
    );
  });

  it('says for whom and for which page it asks, and nothing else of the browser', async () => {
    await ask('/api/v1/query?query=up', {
      headers: {
        Referer: 'http://a:9700/dashboards/shop?last=1h',
        'User-Agent': 'Browser/1',
        'X-Forwarded-For': '10.0.0.1',
        'X-Tocsin-Page': 'forged',
        Cookie: 'secret=1',
      },
    });
    const headers = aggregator.seen.at(-1)?.headers ?? {};
    assert.equal(headers['x-forwarded-for'], '10.0.0.1, 127.0.0.1');
    assert.equal(headers['x-tocsin-page'], '/dashboards/shop');
    assert.equal(headers['user-agent'], 'Browser/1');
    assert.equal(headers['referer'], undefined);
    assert.equal(headers['cookie'], undefined);
    await ask('/api/v1/query?query=up', { headers: { Referer: 'no address' } });
    assert.equal(aggregator.seen.at(-1)?.headers['x-forwarded-for'], '127.0.0.1');
  });

  it('is not ready without a built page, and says what to do', async () => {
    const bare = createDashboard(
      { clock: systemClock, log: silentLog, registry: createMetricsRegistry('dashboard', '0') },
      {
        listen: { host: '127.0.0.1', port: 0 },
        aggregatorUrl: aggregator.url,
        alertingUrl: alerting.url,
        pageFolder: join(folder, 'none'),
      },
    );
    await bare.start();
    const url = `http://127.0.0.1:${bare.address.port}`;
    const ready = await fetch(`${url}/-/ready`);
    assert.deepEqual(
      [ready.status, await ready.text()],
      [503, 'the page is not built; run: npm run build:page\n'],
    );
    assert.equal((await fetch(url)).status, 503);
    assert.match(await (await fetch(`${url}/metrics`)).text(), /tocsin_build_info/);
    await bare.stop();
  });
});
