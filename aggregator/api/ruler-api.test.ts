import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { createEngine } from '@tocsin/query/engine.ts';
import type { Forwarder, ForwardOutcome } from '@tocsin/runtime/http/forward.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createApi } from './api.ts';
import { createQueryGate } from './query-gate.ts';
import type { SeriesReader } from './series-reader.ts';

const clock = createSimulatedClock(0);
const forwarded: string[] = [];
let outcome: ForwardOutcome = { kind: 'answered', status: 202 };
const forwarder: Forwarder = {
  async forward(request, response, target) {
    forwarded.push(`${request.method} ${target.url}`);
    if (outcome.kind === 'answered') response.writeHead(202).end();
    return outcome;
  },
  close: () => undefined,
};
const nothing = { set: () => undefined, inc: () => undefined };
const reader: SeriesReader = {
  select: async () => [],
  findSeries: async () => [],
  labelNames: async () => [],
  labelValues: async () => [],
  metadata: () => new Map(),
  exemplars: async () => [],
  statistics: () => Promise.reject(new Error('not asked for')),
};

type Handler = (request: IncomingMessage, response: ServerResponse) => boolean;

function api(rulerApi: boolean, alertingUrl: string | null): Handler {
  return createApi(
    {
      clock,
      log: silentLog,
      engine: createEngine({ clock }),
      reader,
      gate: createQueryGate(
        { concurrentMax: 1, waitingMax: 1 },
        { running: nothing, waiting: nothing, refused: nothing },
      ),
      forwarder,
      facts: { version: '1', node: '26.0.0', configYaml: '', flags: {}, retentionText: '', rulerApi },
      replay: () => ({ done: 0, total: 0 }),
      administration: null,
    },
    {
      timeoutMs: 1_000,
      pointsPerSeriesMax: 100,
      bodyBytesMax: 1_000,
      alertingUrl,
      agentUrl: null,
      token: null,
    },
  );
}

const servers: ReturnType<typeof createServer>[] = [];
after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

async function served(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    if (!handler(request, response)) response.writeHead(404).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the ruler API at the aggregator', () => {
  it('is passed on to alerting, and told of, when it is on', async () => {
    const url = await served(api(true, 'http://alerting.test'));
    const posted = await fetch(`${url}/config/v1/rules/a%2Fb?x=1`, { method: 'POST', body: 'name: g' });
    assert.equal(posted.status, 202);
    assert.deepEqual(forwarded, ['POST http://alerting.test/config/v1/rules/a%2Fb?x=1']);
    assert.equal((await fetch(`${url}/config/v1/rules`, { method: 'PUT' })).status, 405);
    const info = await (await fetch(`${url}/api/v1/status/buildinfo`)).text();
    assert.deepEqual(JSON.parse(info).data.features, { ruler_config_api: 'true' });
    outcome = { kind: 'unreachable', detail: 'refused' };
    const refused = await fetch(`${url}/config/v1/rules`);
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /alerting cannot be reached: refused/);
  });

  it('is not there when it is off, or when there is no alerting', async () => {
    for (const handler of [api(false, 'http://alerting.test'), api(true, null)])
      assert.equal((await fetch(`${await served(handler)}/config/v1/rules`)).status, 404);
  });
});
