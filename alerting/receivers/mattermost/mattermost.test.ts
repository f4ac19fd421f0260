import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench();
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest = '') => `mattermost_configs: [{ webhook_url: '${provider.url}/hooks/x', ${rest} }]`;

describe('Mattermost', () => {
  itBehavesAsProvider(bench, (url) => `mattermost_configs: [{ webhook_url: '${url}' }]`, {
    hasTimeout: false,
  });

  it('gets one attachment, red while firing and green when resolved, cut to what it takes', async () => {
    await send(entry(`text: '${'😀'.repeat(17_000)}'`));
    const [attachment] = last().attachments;
    assert.equal(attachment.color, 'danger');
    assert.equal(Array.from(attachment.text).length, 16_383);
    await send(entry(), sampleNotification('resolved'));
    assert.equal(last().attachments[0].color, 'good');
  });

  it('asks for an acknowledgement and repetition only where Mattermost takes them', async () => {
    const priority = async (level: string) => {
      await send(
        entry(`priority: { priority: ${level}, requested_ack: true, persistent_notifications: true }`),
      );
      return last().priority;
    };
    assert.deepEqual(await priority('URGENT'), {
      priority: 'urgent',
      requested_ack: true,
      persistent_notifications: true,
    });
    assert.deepEqual(await priority('important'), { priority: 'important', requested_ack: true });
    assert.deepEqual(await priority('other'), { priority: 'standard' });
  });

  it('takes its URL from global', async () => {
    await send(
      'mattermost_configs: [{}]',
      sampleNotification(),
      `{ mattermost_webhook_url: '${provider.url}/all' }`,
    );
    assert.equal(provider.requests.at(-1)!.url, '/all');
  });

  for (const [entry, message] of [
    ['mattermost_configs: [{}]', /:5: .*set webhook_url here or mattermost_webhook_url/],
    ['mattermost_configs: [{ webhook_url: http://a, webhook_url_file: b }]', /set one of webhook_url/],
    ['mattermost_configs: [{ webhook_url: http://a, fields: [{ title: t }] }]', /:5: .*value/],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
