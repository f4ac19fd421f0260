import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, MESSAGE_KEY, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => {
  response.statusCode = 204;
  response.end();
});
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest = '') => `discord_configs: [{ webhook_url: '${provider.url}/hook', ${rest} }]`;

describe('Discord', () => {
  itBehavesAsProvider(bench, (url) => `discord_configs: [{ webhook_url: '${url}' }]`, { hasTimeout: false });

  it('gets one embed, red while firing and green when resolved', async () => {
    await send(entry());
    assert.equal(provider.requests.at(-1)!.url, '/hook');
    assert.deepEqual(last(), {
      content: '',
      embeds: [
        {
          title: '[FIRING:1] Down (page)',
          description:
            '\n\nAlerts Firing:\nLabels:\n - alertname = Down\n - severity = page\nAnnotations:\n' +
            ' - summary = it is <down> & out\nSource: http://prom.test/graph?a=1&b=2\n\n\n\n',
          color: 0x992d22,
        },
      ],
    });
    await send(entry(), sampleNotification('resolved'));
    assert.deepEqual([last().embeds[0].color, last().embeds[0].title], [0x2ecc71, '[RESOLVED] Down (page)']);
  });

  it('expands templates, and cuts title, message and content to what Discord takes', async () => {
    await send(
      entry("username: u, avatar_url: 'http://a', content: 'c {{ .Status }}', title: t, message: m"),
    );
    assert.deepEqual(last(), {
      content: 'c firing',
      embeds: [{ title: 't', description: 'm', color: 0x992d22 }],
      username: 'u',
      avatar_url: 'http://a',
    });
    const long = '😀'.repeat(5_000);
    await send(entry(`title: '${long}', message: '${long}', content: '${long}'`));
    const [{ title, description }] = last().embeds;
    assert.deepEqual(
      [title, description, last().content].map((text) => Array.from(String(text)).length),
      [256, 4_096, 2_000],
    );
    assert.ok(title.endsWith('😀…'));
  });

  it('reads the URL from its file, and keeps it out of errors', async () => {
    folder.write('hook', `${provider.url}/s3cret\n`);
    await send('discord_configs: [{ webhook_url_file: hook }]');
    assert.equal(provider.requests.at(-1)!.url, '/s3cret');
    provider.answer = (_response, request) => request.url === '/s3cret' || assert.fail('wrong path');
    const [integration] = await folder.load('discord_configs: [{ webhook_url_file: hook }]');
    const sent = integration!.send(
      integration!.render(sampleNotification()),
      MESSAGE_KEY,
      AbortSignal.timeout(50),
    );
    await assert.rejects(sent, (error) => error instanceof Error && !error.message.includes('s3cret'));
    provider.answer = (response) => void response.end();
  });

  for (const [rest, message] of [
    ['{ title: x }', /:5: .*set one of webhook_url and webhook_url_file/],
    ['{ webhook_url: http://a, webhook_url_file: b }', /:5: .*set one of webhook_url and webhook_url_file/],
    ['{ webhook_url: file:///a }', /:5: .*webhook_url: must begin with http/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () =>
      assert.rejects(folder.load(`discord_configs: [${rest}]`), message));
  }
});
