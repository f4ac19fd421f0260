import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => {
  response.statusCode = 202;
  response.end();
});
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest = '') => `msteamsv2_configs: [{ webhook_url: '${provider.url}/hook', ${rest} }]`;
const card = (color: string, title: string, text: string) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.2',
        body: [
          {
            type: 'TextBlock',
            text: title,
            weight: 'Bolder',
            size: 'Medium',
            wrap: true,
            style: 'heading',
            color,
          },
          { type: 'TextBlock', text, wrap: true },
        ],
        msteams: { width: 'full' },
      },
    },
  ],
});

describe('Microsoft Teams by workflow', () => {
  itBehavesAsProvider(bench, (url) => `msteamsv2_configs: [{ webhook_url: '${url}' }]`, {
    hasTimeout: false,
  });

  it('gets an adaptive card', async () => {
    await send(entry("text: 'x {{ .Status }}'"));
    assert.deepEqual(last(), card('Attention', '[FIRING:1] Down (page)', 'x firing'));
    await send(entry("title: 't {{ .Status }}'"), sampleNotification('resolved'));
    assert.deepEqual(
      last(),
      card(
        'Good',
        't resolved',
        '\n\n\n# Alerts Resolved:\n\nLabels:\n  - alertname = Down\n  - severity = page\n\nAnnotations:\n' +
          '  - summary = it is <down> & out\n\nSource: http://prom.test/graph?a=1&b=2\n\n\n\n',
      ),
    );
  });

  it('stays below the size that Teams refuses', async () => {
    await send(entry(), sampleNotification('firing', { long: 'ü'.repeat(40_000) }));
    assert.ok(Buffer.byteLength(provider.requests.at(-1)!.body) < 28_000);
  });

  it('reads the URL from its file', async () => {
    folder.write('hook', `${provider.url}/from-file\n`);
    await send('msteamsv2_configs: [{ webhook_url_file: hook }]');
    assert.equal(provider.requests.at(-1)!.url, '/from-file');
  });

  it('refuses an entry with two URLs naming the line', () =>
    assert.rejects(
      folder.load(entry('webhook_url_file: x')),
      /:5: .*set one of webhook_url and webhook_url_file/,
    ));
});
