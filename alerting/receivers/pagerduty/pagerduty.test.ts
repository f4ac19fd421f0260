import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { HttpRequest } from '@tocsin/runtime/http/client.ts';
import { httpAnswer } from '../../testing/fake-http.ts';
import {
  itBehavesAsProvider,
  MESSAGE_KEY,
  sendWith,
  startProviderBench,
} from '../../testing/provider.case.ts';
import { createRoutingFolder } from '../../testing/routing-file.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => {
  response.statusCode = 202;
  response.end('{"status":"success"}');
});
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest: string) => `pagerduty_configs: [{ url: '${provider.url}/v2/enqueue', ${rest} }]`;
/** Of `{}:{alertname="Down"}`, by sha256sum; the real Alertmanager sends the same. */
const DEDUP_KEY = 'af94c9e8f6a3043625e36c6f472fe6be85ac23a9117184ee4cb7b4ad7401a47e';
const ALERT = {
  status: 'firing',
  labels: { alertname: 'Down', severity: 'page' },
  annotations: { summary: 'it is <down> & out' },
  startsAt: '2026-01-02T03:04:05Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prom.test/graph?a=1&b=2',
  fingerprint: 'f00',
};

describe('PagerDuty', () => {
  itBehavesAsProvider(
    bench,
    (url, timeout) => `pagerduty_configs: [{ url: '${url}', routing_key: k, timeout: ${timeout} }]`,
  );

  it('gets a trigger and a resolve under the same dedup key', async () => {
    assert.equal(await send(entry('routing_key: key1')), '202 {"status":"success"}');
    const event = {
      routing_key: 'key1',
      event_action: 'trigger',
      dedup_key: DEDUP_KEY,
      payload: {
        summary: '[FIRING:1] Down (page)',
        source: 'Tocsin',
        severity: 'error',
        custom_details: { firing: [ALERT], resolved: [], num_firing: 1, num_resolved: 0 },
      },
      client: 'Tocsin',
      client_url: 'http://tocsin.test',
    };
    assert.deepEqual(last(), event);
    await send(entry('routing_key: key1'), sampleNotification('resolved'));
    assert.deepEqual(
      [last().event_action, last().dedup_key, last().payload.custom_details.num_resolved],
      ['resolve', DEDUP_KEY, 1],
    );
    const [integration] = await folder.load(entry('routing_key: key1'));
    assert.equal(integration!.sendResolved, true);
    assert.ok(!JSON.stringify(integration!.render(sampleNotification())).includes('key1'));
  });

  it('expands templates in details at any depth, links, images and classes', async () => {
    await send(`pagerduty_configs:
      - url: ${provider.url}
        routing_key: '{{ .CommonLabels.severity }}-key'
        severity: '{{ if eq .CommonLabels.severity "page" }}critical{{ end }}'
        class: 'c {{ .Status }}'
        component: comp
        group: g
        source: '{{ .GroupLabels.alertname }}'
        client: me
        client_url: http://me
        description: '{{ .Status }}'
        details:
          firing: '{{ len .Alerts.Firing }} of them'
          nested: { list: ['{{ .Status }}', 1, true, null], number: '{{ len .Alerts }}' }
        links: [{ href: 'http://l/{{ .Status }}', text: l }, { text: dropped }]
        images: [{ src: 'http://i/{{ .Status }}', alt: a, href: h }, { alt: dropped }]
`);
    assert.deepEqual(last(), {
      routing_key: 'page-key',
      event_action: 'trigger',
      dedup_key: DEDUP_KEY,
      client: 'me',
      client_url: 'http://me',
      payload: {
        summary: 'firing',
        source: 'Down',
        severity: 'critical',
        class: 'c firing',
        component: 'comp',
        group: 'g',
        custom_details: {
          firing: '1 of them',
          resolved: [],
          num_firing: 1,
          num_resolved: 0,
          nested: { list: ['firing', 1, true, null], number: 1 },
        },
      },
      links: [{ href: 'http://l/firing', text: 'l' }],
      images: [{ src: 'http://i/firing', alt: 'a', href: 'h' }],
    });
  });

  it('cuts the summary at 1024 characters and leaves out details that make the event too large', async () => {
    await send(entry(`routing_key: k, description: '${'é'.repeat(1_100)}'`));
    assert.equal(last().payload.summary, `${'é'.repeat(1_023)}…`);
    await send(entry('routing_key: k'), sampleNotification('firing', { big: 'x'.repeat(600_000) }));
    assert.ok(provider.requests.at(-1)!.body.length < 512_000);
    assert.match(last().payload.custom_details.error, /left out/);
  });

  it('reads the key from its file at each send; an empty one is no key', async () => {
    folder.write('key', 'k1\n');
    const [integration] = await folder.load(entry('routing_key_file: key'));
    const message = integration!.render(sampleNotification());
    const key = MESSAGE_KEY;
    await integration!.send(message, key, AbortSignal.timeout(5_000));
    assert.equal(last().routing_key, 'k1');
    folder.write('key', 'k2\n');
    await integration!.send(message, key, AbortSignal.timeout(5_000));
    assert.equal(last().routing_key, 'k2');
    await assert.rejects(
      send(entry("routing_key: '{{ .CommonLabels.none }}'")),
      (error) => error instanceof SendError && !error.retry && /routing_key is empty/.test(error.message),
    );
  });

  it('takes the address from what is global', async () => {
    await send(
      'pagerduty_configs: [{ routing_key: k }]',
      undefined,
      `{ pagerduty_url: '${provider.url}/g' }`,
    );
    assert.equal(provider.requests.at(-1)!.url, '/g');
  });

  it("of an integration of the API's first version gets its events where those go", async () => {
    let status = 200;
    const requests: HttpRequest[] = [];
    const first = createRoutingFolder({
      async send(request) {
        requests.push(request);
        return httpAnswer(status, '{}');
      },
      close: () => undefined,
    });
    after(() => first.remove());
    first.write('key', 's3cret\n');
    const [integration] = await first.load(
      'pagerduty_configs: [{ service_key_file: key, routing_key: new }]',
    );
    await sendWith(integration!, sampleNotification());
    assert.equal(requests[0]!.url, 'https://events.pagerduty.com/generic/2010-04-15/create_event.json');
    const { service_key, incident_key, event_type } = JSON.parse(String(requests[0]!.body));
    assert.deepEqual([service_key, incident_key, event_type], ['s3cret', DEDUP_KEY, 'trigger']);
    status = 403;
    await assert.rejects(
      sendWith(integration!, sampleNotification('resolved')),
      (error) => error instanceof SendError && error.retry,
    );
    assert.equal(JSON.parse(String(requests[1]!.body)).event_type, 'resolve');
    const huge = { summary: 'x'.repeat(600_000) };
    status = 200;
    await sendWith(integration!, sampleNotification('firing', huge));
    assert.ok(String(requests[2]!.body).length < 512_000);
  });

  for (const [rest, message] of [
    ['severity: x', /:5: .*set one of routing_key, routing_key_file, service_key and service_key_file/],
    ['routing_key: a, routing_key_file: b', /:5: .*set one of routing_key and routing_key_file/],
    ['service_key: a, service_key_file: b', /:5: .*set one of service_key and service_key_file/],
    ['routing_key: a, links: { href: x }', /:5: .*links: expected array/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () => assert.rejects(folder.load(entry(rest)), message));
  }
});
