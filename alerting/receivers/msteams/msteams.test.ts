import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => void response.end('1'));
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest = '') => `msteams_configs: [{ webhook_url: '${provider.url}/hook', ${rest} }]`;

describe('Microsoft Teams by connector', () => {
  itBehavesAsProvider(bench, (url) => `msteams_configs: [{ webhook_url: '${url}' }]`, { hasTimeout: false });

  it('gets a MessageCard, red while firing and green when resolved', async () => {
    await send(entry());
    assert.deepEqual(last(), {
      '@context': 'http://schema.org/extensions',
      type: 'MessageCard',
      title: '[FIRING:1] Down (page)',
      summary: '[FIRING:1] Down (page)',
      text:
        '\n\n# Alerts Firing:\n\nLabels:\n  - alertname = Down\n  - severity = page\n\nAnnotations:\n' +
        '  - summary = it is <down> & out\n\nSource: http://prom.test/graph?a=1&b=2\n\n\n\n\n',
      themeColor: '8C1A1A',
    });
    await send(
      entry("title: 't {{ .Status }}', summary: s, text: '{{ len .Alerts }}'"),
      sampleNotification('resolved'),
    );
    assert.deepEqual(last(), {
      '@context': 'http://schema.org/extensions',
      type: 'MessageCard',
      title: 't resolved',
      summary: 's',
      text: '1',
      themeColor: '2DC72D',
    });
  });

  it('stays below the size that Teams refuses', async () => {
    await send(
      entry(`title: '${'é'.repeat(9_000)}'`),
      sampleNotification('firing', { long: 'ü'.repeat(40_000) }),
    );
    assert.ok(Buffer.byteLength(provider.requests.at(-1)!.body) < 28_000);
    assert.ok(last().text.endsWith('ü…'));
  });

  it('reads the URL from its file', async () => {
    folder.write('hook', `${provider.url}/from-file\n`);
    await send('msteams_configs: [{ webhook_url_file: hook }]');
    assert.equal(provider.requests.at(-1)!.url, '/from-file');
  });

  it('refuses an entry without a URL naming the line', () =>
    assert.rejects(
      folder.load('msteams_configs: [{ title: x }]'),
      /:5: .*set one of webhook_url and webhook_url_file/,
    ));
});
