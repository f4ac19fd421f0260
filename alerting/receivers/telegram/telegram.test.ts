import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => void response.end('{"ok":true}'));
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);
const entry = (rest: string) => `telegram_configs: [{ api_url: '${provider.url}', ${rest} }]`;

describe('Telegram', () => {
  itBehavesAsProvider(
    bench,
    (url, timeout) =>
      `telegram_configs: [{ api_url: '${url}', bot_token: t, chat_id: 1, timeout: ${timeout} }]`,
  );

  it('gets a message in HTML, values escaped', async () => {
    await send(entry('bot_token: tok, chat_id: -100'));
    assert.equal(provider.requests.at(-1)!.url, '/bottok/sendMessage');
    assert.deepEqual(last(), {
      chat_id: '-100',
      disable_web_page_preview: 'true',
      parse_mode: 'HTML',
      text:
        '\n\nAlerts Firing:\nLabels:\n - alertname = Down\n - severity = page\nAnnotations:\n' +
        ' - summary = it is &lt;down&gt; &amp; out\nSource: http://prom.test/graph?a=1&amp;b=2\n\n\n\n',
    });
    await send(entry('bot_token: tok, chat_id: -100'), sampleNotification('resolved'));
    assert.match(last().text, /Alerts Resolved:/);
  });

  it('takes other modes, a thread and silence', async () => {
    await send(
      entry(
        "bot_token: tok, chat_id: 5, parse_mode: '', message: '<{{ .Status }}>', message_thread_id: 7, disable_notifications: true",
      ),
    );
    assert.deepEqual(last(), {
      chat_id: '5',
      disable_web_page_preview: 'true',
      disable_notification: 'true',
      message_thread_id: '7',
      text: '<firing>',
    });
    await send(entry('bot_token: tok, chat_id: 5, parse_mode: MarkdownV2, message: m'));
    assert.deepEqual([last().parse_mode, last().text], ['MarkdownV2', 'm']);
  });

  it('cuts text at 4096 characters, and sends HTML that is too long as plain text', async () => {
    await send(entry(`bot_token: t, chat_id: 5, parse_mode: Markdown, message: '${'é'.repeat(5_000)}'`));
    assert.equal(last().text, `${'é'.repeat(4_095)}…`);
    const long = (length: number) => sampleNotification('firing', { long: '&'.repeat(length) });
    await send(entry("bot_token: t, chat_id: 5, message: '<b>{{ .CommonLabels.long }}</b>'"), long(4_096));
    assert.deepEqual([last().parse_mode, last().text.length], ['HTML', 4_096 * 5 + 7]);
    await send(entry("bot_token: t, chat_id: 5, message: '<b>{{ .CommonLabels.long }}</b>'"), long(4_097));
    assert.equal(last().parse_mode, undefined);
    assert.equal(Array.from(String(last().text)).length, 4_096);
    assert.match(last().text, /alertname = Down/);
  });

  it('takes token and chat from files or from what is global', async () => {
    folder.write('token', 'filetoken\n');
    folder.write('chat', '-42\n');
    folder.write('nochat', 'me\n');
    await send(entry('bot_token_file: token, chat_id_file: chat'));
    assert.deepEqual([provider.requests.at(-1)!.url, last().chat_id], ['/botfiletoken/sendMessage', '-42']);
    await send(
      'telegram_configs: [{ chat_id: 1 }]',
      undefined,
      `{ telegram_api_url: '${provider.url}/x', telegram_bot_token: g }`,
    );
    assert.equal(provider.requests.at(-1)!.url, '/x/botg/sendMessage');
    await assert.rejects(
      send(entry('bot_token: t, chat_id_file: nochat')),
      (error) => error instanceof SendError && /nochat does not hold a chat's number/.test(error.message),
    );
  });

  it('waits as long as Telegram says in its answer, and keeps the token out of errors', async () => {
    provider.answer = (response) => {
      response.statusCode = 429;
      response.end('{"ok":false,"error_code":429,"parameters":{"retry_after":9}}');
    };
    await assert.rejects(
      send(entry('bot_token: t, chat_id: 1')),
      (error) => error instanceof SendError && error.retry && error.retryAfterMs === 9_000,
    );
    provider.answer = () => undefined;
    await assert.rejects(
      send(entry('bot_token: s3cret, chat_id: 1, timeout: 50ms')),
      (error) => error instanceof SendError && !error.message.includes('s3cret'),
    );
    provider.answer = (response) => void response.end('{"ok":true}');
  });

  for (const [rest, message] of [
    ['bot_token: t', /:5: .*set one of chat_id and chat_id_file/],
    ['chat_id: 1', /:5: Telegram needs a token/],
    ['bot_token: t, chat_id: me', /:5: .*chat_id: write the number of the chat/],
    ['bot_token: t, chat_id: 1, parse_mode: html', /:5: .*parse_mode/],
    ['bot_token: t, bot_token_file: u, chat_id: 1', /:5: .*set one of bot_token and bot_token_file/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () => assert.rejects(folder.load(entry(rest)), message));
  }
});
