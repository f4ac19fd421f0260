import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench((response) => void response.end('{"status":"success"}'));
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);

describe('incident.io', () => {
  itBehavesAsProvider(
    bench,
    (url, timeout) => `incidentio_configs: [{ url: '${url}', alert_source_token: t, timeout: ${timeout} }]`,
  );

  it("gets Alertmanager's message, with URL and token from files", async () => {
    folder.write('url', `${provider.url}/source\n`);
    folder.write('token', 'tok\n');
    await send('incidentio_configs: [{ url_file: url, alert_source_token_file: token }]');
    const { url, headers } = provider.requests.at(-1)!;
    assert.deepEqual([url, headers.authorization], ['/source', 'Bearer tok']);
    assert.deepEqual([last().version, last().alerts.length], ['1', 1]);
  });

  it('gets the first alert of a group that is too large', async () => {
    const [alert] = sampleNotification().alerts;
    const annotations = labelsFromObject({ summary: 'x'.repeat(300_000) });
    const alerts = [1, 2, 3].map(() => ({ ...alert!, annotations }));
    await send(
      `incidentio_configs: [{ url: '${provider.url}', alert_source_token: t }]`,
      sampleNotification('firing', {}, { alerts }),
    );
    assert.equal(last().alerts.length, 1);
  });

  for (const [entry, message] of [
    ['incidentio_configs: [{ alert_source_token: t }]', /:5: .*set one of url and url_file/],
    [
      'incidentio_configs: [{ url: http://a, alert_source_token: t, alert_source_token_file: f }]',
      /set one of alert_source_token/,
    ],
    [
      'incidentio_configs: [{ url: http://a, alert_source_token: t, http_config: { authorization: {} } }]',
      /set one of alert_source_token and http_config/,
    ],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
