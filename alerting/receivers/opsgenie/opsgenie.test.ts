import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => {
  response.statusCode = 202;
  response.end('{"result":"Request will be processed"}');
});
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest: string) => `opsgenie_configs: [{ api_url: '${provider.url}', ${rest} }]`;
const ALIAS = createHash('sha256').update('{}:{alertname="Down"}').digest('hex');

describe('Opsgenie', () => {
  itBehavesAsProvider(bench, (url) => `opsgenie_configs: [{ api_url: '${url}', api_key: k }]`, {
    hasTimeout: false,
  });

  it('creates an alert and closes it under the same alias', async () => {
    assert.equal(await send(entry('api_key: key1')), '202 {"result":"Request will be processed"}');
    const created = provider.requests.at(-1)!;
    assert.deepEqual(
      [created.method, created.url, created.headers.authorization],
      ['POST', '/v2/alerts', 'GenieKey key1'],
    );
    assert.deepEqual(last(), {
      alias: ALIAS,
      message: '[FIRING:1] Down (page)',
      description:
        'it is <down> & out\nAlerts Firing:\nLabels:\n - alertname = Down\n - severity = page\nAnnotations:\n' +
        ' - summary = it is <down> & out\nSource: http://prom.test/graph?a=1&b=2\n\n',
      details: { alertname: 'Down', severity: 'page' },
      source: 'http://tocsin.test',
    });
    await send(entry('api_key: key1'), sampleNotification('resolved'));
    assert.equal(provider.requests.at(-1)!.url, `/v2/alerts/${ALIAS}/close?identifierType=alias`);
    assert.deepEqual(last(), { source: 'http://tocsin.test' });
  });

  it('expands templates everywhere and leaves out responders that come to nothing', async () => {
    await send(`opsgenie_configs:
      - api_url: ${provider.url}/
        api_key: '{{ .CommonLabels.severity }}'
        message: 'm {{ .Status }}'
        description: d
        source: s
        details: { alertname: 'over {{ .Status }}', own: x }
        entity: 'e {{ .Receiver }}'
        actions: 'a,,b'
        tags: '{{ .CommonLabels.severity }}, two'
        note: n
        priority: '{{ if eq .Status "firing" }}P1{{ end }}'
        responders:
          - { name: 'x,{{ .CommonLabels.severity }}', type: teams }
          - { name: '{{ .CommonLabels.none }}', type: '{{ .CommonLabels.none }}' }
          - { username: u, type: user }
          - { id: i, type: Schedule }
`);
    assert.equal(provider.requests.at(-1)!.headers.authorization, 'GenieKey page');
    assert.deepEqual(last(), {
      alias: ALIAS,
      message: 'm firing',
      description: 'd',
      source: 's',
      details: { alertname: 'over firing', own: 'x', severity: 'page' },
      entity: 'e one',
      actions: ['a', 'b'],
      tags: ['page', ' two'],
      note: 'n',
      priority: 'P1',
      responders: [
        { name: 'x', type: 'team' },
        { name: 'page', type: 'team' },
        { username: 'u', type: 'user' },
        { id: 'i', type: 'Schedule' },
      ],
    });
  });

  it('updates message and description of an alert when told to, after creating it', async () => {
    provider.requests.length = 0;
    await send(entry(`api_key: k, update_alerts: true, description: d, message: '${'é'.repeat(200)}'`));
    const message = `${'é'.repeat(129)}…`;
    assert.deepEqual(
      provider.requests.map(({ method, url }) => [method, url]),
      [
        ['POST', '/v2/alerts'],
        ['PUT', `/v2/alerts/${ALIAS}/message?identifierType=alias`],
        ['PUT', `/v2/alerts/${ALIAS}/description?identifierType=alias`],
      ],
    );
    assert.deepEqual(JSON.parse(provider.requests[1]!.body), { message });
    assert.deepEqual(last(), { description: 'd' });
  });

  it('takes key and address from a file and from what is global; the outbox holds no key', async () => {
    folder.write('key', 'fromfile\n');
    await send(entry('api_key_file: key'));
    assert.equal(provider.requests.at(-1)!.headers.authorization, 'GenieKey fromfile');
    const global = `{ opsgenie_api_key: secret1, opsgenie_api_url: '${provider.url}/base/' }`;
    await send('opsgenie_configs: [{}]', undefined, global);
    const { headers, url } = provider.requests.at(-1)!;
    assert.deepEqual([headers.authorization, url], ['GenieKey secret1', '/base/v2/alerts']);
    const [integration] = await folder.load('opsgenie_configs: [{}]', global);
    assert.ok(!JSON.stringify(integration!.render(sampleNotification())).includes('secret1'));
    await assert.rejects(
      send(entry("api_key: '{{ .CommonLabels.none }}'")),
      (error) => error instanceof SendError && !error.retry && /api_key is empty/.test(error.message),
    );
  });

  for (const [rest, message] of [
    ['priority: P1', /:5: Opsgenie needs a key; set api_key here/],
    ['api_key: a, api_key_file: b', /:5: .*set one of api_key and api_key_file/],
    ['api_key: a, responders: [{ type: team }]', /:5: .*a responder needs an id, a name or a username/],
    ['api_key: a, responders: [{ name: x, type: boss }]', /:5: .*type must be team, teams, user/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () => assert.rejects(folder.load(entry(rest)), message));
  }
});
