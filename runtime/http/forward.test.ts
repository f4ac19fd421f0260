import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { createForwarder, type ForwardOutcome } from './forward.ts';

describe('forwarding', () => {
  const servers: Server[] = [];
  const forwarder = createForwarder();
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    forwarder.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A server in front of `target`; `outcome` is how its last exchange ended. */
  async function front(target: string, timeoutMs = 5_000) {
    const ended: ForwardOutcome[] = [];
    const url = await serve(async (request, response) => {
      const outcome = await forwarder.forward(request, response, {
        url: `${target}${request.url}`,
        token: 'secret',
        timeoutMs,
        bodyBytesMax: 1_000,
      });
      ended.push(outcome);
      if (outcome.kind === 'unreachable' || outcome.kind === 'too-large')
        response.writeHead(502).end(outcome.kind);
    });
    return { url, ended };
  }

  it('carries method, path, body and answer, with its own credentials and none of the browser’s', async () => {
    let seen: unknown[] = [];
    const target = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        const { authorization, cookie, origin, accept } = request.headers;
        seen = [request.method, request.url, body, authorization, cookie, origin, accept];
        response.writeHead(201, { 'X-Own': 'yes', 'Set-Cookie': 'a=b' }).end('done');
      });
    });
    const { url, ended } = await front(target);
    const answer = await fetch(`${url}/a?b=c`, {
      method: 'PUT',
      body: 'hello',
      headers: { Authorization: 'Basic eA==', Cookie: 'c=d', Origin: url, Accept: 'text/plain' },
    });
    assert.deepEqual(
      [answer.status, answer.headers.get('x-own'), answer.headers.get('set-cookie'), await answer.text()],
      [201, 'yes', null, 'done'],
    );
    assert.deepEqual(seen, ['PUT', '/a?b=c', 'hello', 'Bearer secret', undefined, undefined, 'text/plain']);
    assert.deepEqual(ended, [{ kind: 'answered', status: 201 }]);
  });

  it('says when nobody answers, or not in time', async () => {
    const gone = await front('http://127.0.0.1:1');
    assert.equal((await fetch(gone.url)).status, 502);
    const silent = await front(await serve(() => {}), 50);
    assert.equal(await (await fetch(silent.url)).text(), 'unreachable');
    assert.deepEqual(silent.ended, [{ kind: 'unreachable', detail: 'no answer within 50 ms' }]);
  });

  it('asks anew when an idle connection was closed by the other side', async () => {
    let connections = 0;
    const target = await serve((_request, response) => response.end('ok'));
    const server = servers.at(-1);
    server?.on('connection', () => connections++);
    const { url } = await front(target);
    assert.equal(await (await fetch(url)).text(), 'ok');
    server?.closeAllConnections();
    assert.equal(await (await fetch(url)).text(), 'ok');
    assert.equal(connections, 2);
  });

  it('lets go of the other server when the client leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const target = await serve((_request, response) => {
      response.write('first');
      response.on('close', () => closed.resolve());
    });
    const { url, ended } = await front(target);
    const leave = new AbortController();
    const answer = await fetch(url, { signal: leave.signal });
    await answer.body?.getReader().read();
    leave.abort();
    await closed.promise;
    while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(ended, [{ kind: 'cut', detail: 'the client went away' }]);
  });
});
