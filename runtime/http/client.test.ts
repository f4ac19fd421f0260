import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { createHttpClient, HttpFailure } from './client.ts';

const servers: Server[] = [];
const client = createHttpClient();
after(() => {
  client.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function failsWith(kind: HttpFailure['kind']) {
  return (error: unknown) => error instanceof HttpFailure && error.kind === kind;
}

describe('the HTTP client', () => {
  it('sends a body and hands back whatever the server answers', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        response.writeHead(503, { 'Retry-After': '7' });
        response.end(`${request.method} ${request.headers['content-length']} ${body}`);
      });
    });
    const answer = await client.send({ method: 'POST', url, body: 'häuser', timeoutMs: 2_000 });
    assert.deepEqual(
      [answer.status, answer.headers['retry-after'], answer.text()],
      [503, '7', 'POST 7 häuser'],
    );
  });

  it('gives up in time, also in the middle of an answer', async () => {
    const silent = await serve(() => undefined);
    await assert.rejects(client.send({ method: 'GET', url: silent, timeoutMs: 50 }), failsWith('timeout'));
    const stalled = await serve((_request, response) => response.write('half'));
    await assert.rejects(client.send({ method: 'GET', url: stalled, timeoutMs: 50 }), failsWith('timeout'));
  });

  it('tells unreachable, aborted and too large apart', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(1_000)));
    await assert.rejects(
      client.send({ method: 'GET', url: 'http://127.0.0.1:1/', timeoutMs: 1_000 }),
      failsWith('unreachable'),
    );
    await assert.rejects(
      client.send({ method: 'GET', url, timeoutMs: 1_000, maxAnswerBytes: 999 }),
      failsWith('too-large'),
    );
    await assert.rejects(
      client.send({ method: 'GET', url, timeoutMs: 1_000, signal: AbortSignal.abort() }),
      failsWith('aborted'),
    );
    await assert.rejects(
      client.send({ method: 'GET', url: 'file:///etc/hosts', timeoutMs: 1_000 }),
      failsWith('unreachable'),
    );
  });

  it('asks again when the server had closed the idle connection', async () => {
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      response.end('ok');
      // The connection dies just after the answer, while the client still keeps it for the next request.
      if (requests === 1) setImmediate(() => request.socket.resetAndDestroy());
    });
    for (let round = 0; round < 3; round++) {
      assert.equal((await client.send({ method: 'GET', url, timeoutMs: 1_000 })).text(), 'ok');
    }
  });
});
