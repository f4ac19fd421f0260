import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => void response.end('{"success":true}'));
const { provider, folder, send } = bench;
const entry = (rest = '') =>
  `rocketchat_configs: [{ api_url: '${provider.url}/chat', token: t, token_id: i, ${rest} }]`;

describe('Rocket.Chat', () => {
  itBehavesAsProvider(bench, (url) => `rocketchat_configs: [{ api_url: '${url}', token: t, token_id: i }]`, {
    hasTimeout: false,
  });

  it('gets a message for a channel, with token and user from files', async () => {
    folder.write('token', 'tok\n');
    folder.write('user', 'usr\n');
    await send(
      `rocketchat_configs: [{ api_url: '${provider.url}', token_file: token, token_id_file: user, channel: '#x' }]`,
      sampleNotification('resolved'),
    );
    const { headers, body, url } = provider.requests.at(-1)!;
    assert.equal(url, '/api/v1/chat.postMessage');
    assert.deepEqual([headers['x-auth-token'], headers['x-user-id']], ['tok', 'usr']);
    const { channel, attachments } = JSON.parse(body);
    assert.deepEqual([channel, attachments[0].color], ['#x', 'green']);
  });

  it('says no with status 200, for good unless the answer is no JSON', async () => {
    const usual = provider.answer;
    for (const [answer, retry] of [
      ['{"success":false,"error":"no room"}', false],
      ['[]', false],
      ['<html>', true],
    ] as const) {
      provider.answer = (response) => void response.end(answer);
      await assert.rejects(send(entry()), (error) => error instanceof SendError && error.retry === retry);
    }
    provider.answer = usual;
  });

  for (const [entry, message] of [
    ['rocketchat_configs: [{ token_id: i }]', /:5: .*set token here or rocketchat_token/],
    ['rocketchat_configs: [{ token: t }]', /:5: .*set token_id here or rocketchat_token_id/],
    ['rocketchat_configs: [{ token: t, token_file: f, token_id: i }]', /set one of token and token_file/],
  ] as const) {
    it(`refuses ${entry} naming the line`, () => assert.rejects(folder.load(entry), message));
  }
});
