import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { systemClock } from '../clock.ts';
import { silentLog } from '../log.ts';
import { createMetricsRegistry } from '../metrics.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions, sendText } from './server.ts';
import { createTokens } from './tokens.ts';

const LOOPBACK = { host: '127.0.0.1', port: 0 };
const running: HttpServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop(0);
});

async function start(
  options: Partial<HttpServerOptions> = {},
  registry = createMetricsRegistry('test', '0'),
): Promise<HttpServer> {
  const server = createHttpServer(
    { clock: systemClock, log: silentLog, registry },
    {
      listen: LOOPBACK,
      handler: (_request, response) => sendText(response, 200, 'handled'),
      readiness: () => ({ ready: true }),
      ...options,
    },
  );
  await server.start();
  running.push(server);
  return server;
}

function ask(server: HttpServer, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      const outgoing = request({ ...server.address, path, method, headers }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text, headers: incoming.headers }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end();
    },
  );
}

describe("a part's HTTP server", () => {
  it('answers health, readiness and its own metrics', async () => {
    let reason: string | null = 'replaying the journal';
    const server = await start({ readiness: () => (reason ? { ready: false, reason } : { ready: true }) });
    assert.equal((await ask(server, '/-/healthy')).status, 200);
    assert.deepEqual(await ask(server, '/-/ready').then((a) => [a.status, a.text]), [
      503,
      'replaying the journal\n',
    ]);
    reason = null;
    assert.equal((await ask(server, '/-/ready')).status, 200);
    const metrics = await ask(server, '/metrics');
    assert.match(String(metrics.headers['content-type']), /^application\/openmetrics-text; version=1\.0\.0/);
    assert.match(metrics.text, /^tocsin_http_requests_total\{method="GET",code="503"\} 1$/m);
    assert.match(metrics.text, /# EOF\n$/);
  });

  it('refuses foreign hosts and origins, also on loopback', async () => {
    const server = await start({ allowedHosts: ['tocsin.example.org'] });
    const status = async (headers: Record<string, string>, method = 'GET') =>
      (await ask(server, '/', headers, method)).status;
    assert.equal(await status({ host: 'evil.example' }), 403);
    assert.equal(await status({ host: '127.0.0.1.evil.example' }), 403);
    assert.equal(await status({ host: 'localhost:1' }), 200);
    assert.equal(await status({ host: '[::1]:9701' }), 200);
    assert.equal(await status({ host: 'Tocsin.Example.org' }), 200);
    assert.equal(await status({ origin: 'http://evil.example' }), 403);
    assert.equal(await status({ origin: 'null' }), 403);
    assert.equal(await status({ origin: 'http://127.0.0.1:9700' }), 200);
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }, 'POST'), 403);
    assert.equal(await status({ 'sec-fetch-site': 'cross-site' }), 200);
  });

  it('lets only its own pages and those of allowed hosts change something', async () => {
    const server = await start({ allowedHosts: ['tocsin.example.org'] });
    const status = async (headers: Record<string, string>) =>
      (await ask(server, '/', { host: '127.0.0.1:9702', ...headers }, 'POST')).status;
    assert.equal(await status({}), 200);
    assert.equal(await status({ origin: 'http://127.0.0.1:9702' }), 200);
    assert.equal(await status({ origin: 'https://127.0.0.1:9702', 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await status({ origin: 'https://tocsin.example.org' }), 200);
    assert.equal(await status({ origin: 'http://127.0.0.1:3000' }), 403);
    assert.equal(await status({ origin: 'http://localhost:9702' }), 403);
    assert.equal(await status({ 'sec-fetch-site': 'same-site' }), 403);
  });

  it('wants the token once there is one, but not for probes', async () => {
    const server = await start({ token: 'secret' });
    const status = async (path: string, authorization?: string) =>
      (await ask(server, path, authorization ? { authorization } : {})).status;
    assert.equal(await status('/'), 401);
    assert.equal(await status('/-/ready'), 200);
    assert.equal(await status('/metrics'), 401);
    assert.equal(await status('/', 'Bearer secret'), 200);
    assert.equal(await status('/', 'Bearer secre'), 401);
    assert.equal(await status('/', `Basic ${Buffer.from('anyone:secret').toString('base64')}`), 200);
  });

  it('lets a sender send, and nothing else once there is a token for the rest', async () => {
    const senders = [{ name: 'shop', token: 'of-shop' }];
    const sendPaths = new Set(['/send']);
    const closed = await start({ tokens: createTokens('secret', senders), sendPaths });
    const open = await start({ tokens: createTokens(null, senders), sendPaths });
    const answers = async (server: HttpServer, path: string) =>
      await Promise.all(
        [undefined, 'of-shop', 'wrong', 'secret'].map(async (token) => {
          const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
          return (await ask(server, path, headers, 'POST')).status;
        }),
      );
    assert.deepEqual(await answers(closed, '/send?a=b'), [401, 200, 401, 200]);
    assert.deepEqual(await answers(closed, '/read'), [401, 403, 401, 200]);
    assert.deepEqual(await answers(closed, '/metrics'), [401, 403, 401, 200]);
    assert.deepEqual(await answers(open, '/send'), [200, 200, 401, 401]);
    assert.deepEqual(await answers(open, '/read'), [200, 200, 200, 200]);
    const told = await ask(closed, '/read', { authorization: 'Bearer of-shop' });
    assert.equal(told.text, 'The token of sender "shop" is good for sending only.\n');
  });

  it('listens beyond loopback only with a token, and says how', async () => {
    await assert.rejects(start({ listen: { host: '0.0.0.0', port: 0 } }), /only loopback .*auth\.token_file/);
  });

  it('counts two servers of one registry together', async () => {
    const registry = createMetricsRegistry('test', '0');
    const first = await start({}, registry);
    const second = await start({}, registry);
    await ask(first, '/a');
    await ask(second, '/b');
    assert.match(
      (await ask(first, '/metrics')).text,
      /^tocsin_http_requests_total\{method="GET",code="200"\} 2$/m,
    );
  });

  it('says when the port is taken', async () => {
    const server = await start();
    await assert.rejects(
      start({ listen: server.address }),
      /Cannot listen on 127\.0\.0\.1:\d+: the port is in use\. Stop/,
    );
  });

  it('reloads on POST and says why it could not', async () => {
    let broken = false;
    const server = await start({
      reload: async () => {
        if (broken) throw new Error('rules.yml:3: unknown key');
      },
    });
    assert.equal((await ask(server, '/-/reload')).status, 405);
    assert.equal((await ask(server, '/-/reload', {}, 'POST')).status, 200);
    broken = true;
    const answer = await ask(server, '/-/reload', {}, 'POST');
    assert.deepEqual([answer.status, answer.text], [500, 'Cannot reload: rules.yml:3: unknown key\n']);
  });

  it('lets a running request finish when it stops', async () => {
    let answerNow: () => void = () => assert.fail('not asked yet');
    const started = new Promise<void>((resolve) => {
      void start({
        handler: (_request, response) => {
          answerNow = () => sendText(response, 200, 'finished');
          resolve();
        },
      });
    });
    while (running.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const server = running.pop()!;
    const answer = ask(server, '/slow');
    await started;
    const stopped = server.stop();
    answerNow();
    assert.equal((await answer).text, 'finished');
    await stopped;
  });
});
