import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';

const bench = await startProviderBench();
const { provider, folder, send } = bench;
const AUTH = 'http_config: { authorization: { credentials: token } }';
const entry = (rest = '') =>
  `webex_configs: [{ api_url: '${provider.url}/v1/messages', room_id: room, ${AUTH}, ${rest} }]`;

describe('Webex', () => {
  itBehavesAsProvider(bench, (url) => `webex_configs: [{ api_url: '${url}', room_id: r, ${AUTH} }]`, {
    hasTimeout: false,
  });

  it('gets Markdown for a room, with the token of the bot, cut between characters', async () => {
    await send(entry(`message: '${'é'.repeat(5_000)}'`), sampleNotification('resolved'));
    const { headers, body, url } = provider.requests.at(-1)!;
    assert.deepEqual([url, headers.authorization], ['/v1/messages', 'Bearer token']);
    const { markdown, roomId } = JSON.parse(body);
    assert.equal(roomId, 'room');
    assert.ok(Buffer.byteLength(markdown) <= 7_439 && markdown.endsWith('é…'));
  });

  for (const [entry, message] of [
    ['webex_configs: [{ room_id: r }]', /:5: .*needs the bot's token/],
    ['webex_configs: [{ http_config: { authorization: { credentials: t } } }]', /:5: .*room_id/],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
