import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Forwarder, ForwardOutcome } from '@tocsin/runtime/http/forward.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';

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

const servers: ApiServer[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function served(rulerApi: boolean, alertingUrl: string | null): Promise<string> {
  const facts = { version: '1', node: '26.0.0', configYaml: '', flags: {}, retentionText: '', rulerApi };
  const server = await startApiServer({ forwarder, facts }, { alertingUrl });
  servers.push(server);
  return server.url;
}

describe('the ruler API at the aggregator', () => {
  it('is passed on to alerting, and told of, when it is on', async () => {
    const url = await served(true, 'http://alerting.test');
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
    for (const url of [await served(false, 'http://alerting.test'), await served(true, null)])
      assert.equal((await fetch(`${url}/config/v1/rules`)).status, 404);
  });
});
