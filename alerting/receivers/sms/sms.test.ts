import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  itBehavesAsProvider,
  MESSAGE_KEY,
  sendWith,
  startProviderBench,
} from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => void response.end('queued'));
const { provider, folder, send } = bench;
const form = () => Object.fromEntries(new URLSearchParams(provider.requests.at(-1)!.body));
const entry = (rest: string) => `sms_configs: [{ url: '${provider.url}/send', ${rest} }]`;

describe('SMS', () => {
  itBehavesAsProvider(
    bench,
    (url, timeout) => `sms_configs: [{ url: '${url}', to: '+491', timeout: ${timeout} }]`,
  );

  it('hands the gateway number and text as a form, under the id of the message', async () => {
    assert.equal(await send(entry("to: '+49170'")), '200 queued');
    const { headers, url } = provider.requests.at(-1)!;
    assert.deepEqual(
      [url, headers['content-type'], headers['idempotency-key']],
      ['/send', 'application/x-www-form-urlencoded', MESSAGE_KEY.messageId],
    );
    assert.deepEqual(form(), {
      to: '+49170',
      text: '[FIRING:1] Down (page)\nit is <down> & out\nhttp://tocsin.test',
    });
    await send(entry("to: '+49170'"), sampleNotification('resolved'));
    assert.match(form()['text'] ?? '', /^\[RESOLVED\]/);
  });

  it('speaks JSON and other names of fields', async () => {
    await send(`sms_configs:
      - url: ${provider.url}
        to: [49170]
        from: 'T {{ .Receiver }}'
        format: json
        to_field: To
        from_field: From
        text_field: Body
        text: 'x {{ .Status }}'
        fields: { class: '{{ .CommonLabels.severity }}' }
`);
    assert.deepEqual(JSON.parse(provider.requests.at(-1)!.body), {
      class: 'page',
      To: '49170',
      From: 'T one',
      Body: 'x firing',
    });
  });

  it('sends every number a message of its own, cut to its length', async () => {
    const integrations = await folder.load(entry("to: ['+1', '+2'], max_length: 20"));
    provider.requests.length = 0;
    for (const integration of integrations) await sendWith(integration, sampleNotification());
    assert.deepEqual(
      provider.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
      ['+1', '+2'].map((to) => ({ to, text: '[FIRING:1] Down (pa…' })),
    );
  });

  it('reads the URL from its file, with the login of http_config', async () => {
    folder.write('url', `${provider.url}/from-file\n`);
    await send(
      "sms_configs: [{ url_file: url, to: '1', http_config: { basic_auth: { username: u, password: p } } }]",
    );
    const { url, headers } = provider.requests.at(-1)!;
    assert.deepEqual([url, headers.authorization], ['/from-file', `Basic ${btoa('u:p')}`]);
  });

  for (const [rest, message] of [
    ['from: x', /:5: .*\bto\b/],
    ['to: []', /:5: .*to needs at least one number/],
    ["to: ['']", /:5: .*to needs at least one number/],
    ['to: 1, url_file: x', /:5: .*set one of url and url_file/],
    ['to: 1, format: xml', /:5: .*format/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () => assert.rejects(folder.load(entry(rest)), message));
  }
});
