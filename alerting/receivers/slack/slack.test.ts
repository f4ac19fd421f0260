import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  itBehavesAsProvider,
  MESSAGE_KEY,
  sendWith,
  startProviderBench,
} from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';
import type { JsonValue } from '../json-value.ts';

const bench = await startProviderBench();
const { provider, folder, send } = bench;
const last = () => JSON.parse(provider.requests.at(-1)!.body);

describe('Slack', () => {
  itBehavesAsProvider(
    bench,
    (url, timeout) => `slack_configs: [{ api_url: '${url}/x', timeout: ${timeout} }]`,
  );

  it('gets one attachment, red while firing and green when resolved', async () => {
    const entry = `slack_configs: [{ api_url: '${provider.url}/hook', channel: '#ops', send_resolved: true }]`;
    assert.equal(await send(entry), '200 ok');
    assert.equal(provider.requests.at(-1)!.url, '/hook');
    const message = {
      channel: '#ops',
      username: 'Tocsin',
      attachments: [
        {
          title: '[FIRING:1] Down (page)',
          title_link: 'http://tocsin.test',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
          color: 'danger',
          text: '',
          fallback: '[FIRING:1] Down (page) | http://tocsin.test',
          callback_id: '',
          footer: '',
        },
      ],
    };
    assert.deepEqual(last(), message);
    await send(entry, sampleNotification('resolved'));
    assert.deepEqual(
      [last().attachments[0].color, last().attachments[0].title],
      ['good', '[RESOLVED] Down (page)'],
    );
    const [quiet] = await folder.load(`slack_configs: [{ api_url: '${provider.url}' }]`);
    assert.equal(quiet!.sendResolved, false);
  });

  it('expands templates in fields, actions, links and all texts', async () => {
    await send(`slack_configs:
      - api_url: ${provider.url}
        short_fields: true
        link_names: true
        message_text: 'm {{ .Status }}'
        text: 't {{ .CommonAnnotations.summary }}'
        pretext: 'p {{ .Receiver }}'
        footer: f
        icon_emoji: ':{{ .Status }}:'
        icon_url: http://i
        image_url: 'http://img/{{ .GroupLabels.alertname }}'
        thumb_url: http://thumb
        callback_id: c
        color: '{{ if eq .CommonLabels.severity "page" }}#f00{{ end }}'
        mrkdwn_in: [text]
        fields:
          - { title: 'T {{ .Status }}', value: V }
          - { title: T, value: '{{ .CommonLabels.severity }}', short: false }
        actions:
          - { type: button, text: Run, url: 'http://run/{{ .CommonLabels.alertname }}', name: n, style: primary }
          - { type: button, text: Ack, name: 'ack {{ .Status }}', value: v, confirm: { text: 'sure?', ok_text: yes do } }
`);
    const { attachments, ...rest } = last();
    assert.deepEqual(rest, {
      username: 'Tocsin',
      icon_emoji: ':firing:',
      icon_url: 'http://i',
      link_names: true,
      text: 'm firing',
    });
    assert.deepEqual(attachments[0], {
      title: '[FIRING:1] Down (page)',
      title_link: 'http://tocsin.test',
      pretext: 'p one',
      text: 't it is <down> & out',
      fallback: '[FIRING:1] Down (page) | http://tocsin.test',
      callback_id: 'c',
      fields: [
        { title: 'T firing', value: 'V', short: true },
        { title: 'T', value: 'page', short: false },
      ],
      actions: [
        { type: 'button', text: 'Run', url: 'http://run/Down', style: 'primary' },
        {
          type: 'button',
          text: 'Ack',
          name: 'ack firing',
          value: 'v',
          confirm: { text: 'sure?', ok_text: 'yes do' },
        },
      ],
      image_url: 'http://img/Down',
      thumb_url: 'http://thumb',
      footer: 'f',
      color: '#f00',
      mrkdwn_in: ['text'],
    });
  });

  it('cuts a title at 1024 characters and takes plain words for a template that throws', async () => {
    await send(`slack_configs: [{ api_url: '${provider.url}', title: '${'é'.repeat(1_100)}' }]`);
    assert.equal(last().attachments[0].title, `${'é'.repeat(1_023)}…`);
    const [broken] = await folder.load(
      `slack_configs: [{ api_url: '${provider.url}', text: '{{ index .Alerts 9 }}' }]`,
    );
    const message = broken!.render(sampleNotification());
    assert.match(message.problem ?? '', /index/);
    assert.match(JSON.stringify(message.payload), /it is <down>/);
  });

  it('takes URL or token from the entry, from its file, or from what is global', async () => {
    folder.write('hook', `${provider.url}/from-file\n`);
    folder.write('token', 'xoxb-2\n');
    const url = () => provider.requests.at(-1)!.url;
    const authorization = () => provider.requests.at(-1)!.headers.authorization;
    await send('slack_configs: [{ api_url_file: hook }]');
    assert.equal(url(), '/from-file');
    await send('slack_configs: [{ channel: x }]', undefined, `{ slack_api_url: '${provider.url}/global' }`);
    assert.equal(url(), '/global');
    await send('slack_configs: [{ channel: x }]', undefined, '{ slack_api_url_file: hook }');
    assert.equal(url(), '/from-file');
    await send(
      `slack_configs: [{ app_token: xoxb-1, app_url: '${provider.url}/chat.postMessage' }]`,
      undefined,
      `{ slack_api_url: '${provider.url}/global' }`,
    );
    assert.deepEqual([url(), authorization()], ['/chat.postMessage', 'Bearer xoxb-1']);
    await send(
      'slack_configs: [{ channel: x }]',
      undefined,
      `{ slack_app_token_file: token, slack_app_url: '${provider.url}/app' }`,
    );
    assert.deepEqual([url(), authorization()], ['/app', 'Bearer xoxb-2']);
    await assert.rejects(
      send('slack_configs: [{ api_url_file: missing }]'),
      (error) => error instanceof SendError && error.retry && /missing: cannot be read/.test(error.message),
    );
  });

  for (const [type, body, retry] of [
    ['text/plain', 'no_service', false],
    ['application/json', '{"ok":false,"error":"channel_not_found"}', false],
    ['application/json; charset=utf-8', '{"ok":false,"error":"ratelimited"}', true],
    ['application/json', '<html>', true],
    ['application/json', '{"ok":true,"ts":"1.2"}', null],
  ] as const) {
    it(`an answer of ${body} ${retry === null ? 'is good' : retry ? 'is tried again' : 'is final'}`, async () => {
      provider.answer = (response) => {
        response.setHeader('content-type', type);
        response.end(body);
      };
      const sent = send(`slack_configs: [{ api_url: '${provider.url}' }]`);
      if (retry === null) await sent;
      else await assert.rejects(sent, (error) => error instanceof SendError && error.retry === retry);
      provider.answer = (response) => void response.end('ok');
    });
  }

  for (const [options, first, later] of [
    ['', ['post'], ['post']],
    ['update_message: true', ['post'], ['update 1.1']],
    ['post_updates_to_thread: true', ['post'], ['post in 1.1']],
    [
      'update_message: true, post_updates_to_thread: true',
      ['post', 'post in 1.1'],
      ['update 1.1', 'post in 1.1'],
    ],
  ] as const) {
    it(`changes its first message or answers it: ${options || 'neither'}`, async () => {
      let refused = 0;
      let messages = 0;
      provider.answer = (response) => {
        response.setHeader('content-type', 'application/json; charset=utf-8');
        const ok = refused-- <= 0;
        response.end(
          JSON.stringify(ok ? { ok, channel: 'C1', ts: `1.${++messages}` } : { ok, error: 'ratelimited' }),
        );
      };
      const entry = `slack_configs: [{ app_token: t, app_url: '${provider.url}/chat.postMessage', channel: '#a', ${options} }]`;
      const [slack] = await folder.load(entry);
      let known: JsonValue | null = null;
      // Through JSON, as the outbox stores it.
      const keep = (value: JsonValue) => {
        known = JSON.parse(JSON.stringify(value));
      };
      const told = async () => {
        const before = provider.requests.length;
        const key = { ...MESSAGE_KEY, memory: { known, keep } };
        await slack!.send(slack!.render(sampleNotification()), key, AbortSignal.timeout(5_000));
        return provider.requests.slice(before).map(({ url, body, headers }) => {
          const { ts, thread_ts: thread, channel, attachments } = JSON.parse(body);
          assert.equal(headers['authorization'], 'Bearer t');
          assert.equal(attachments.length, 1);
          assert.equal(channel, ts || thread ? 'C1' : '#a');
          return url === '/chat.update' ? `update ${ts}` : thread ? `post in ${thread}` : 'post';
        });
      };
      assert.deepEqual(await told(), first);
      assert.deepEqual(await told(), later);
      refused = 1;
      await assert.rejects(told(), (error) => error instanceof SendError && error.retry);
      assert.deepEqual(await told(), later);
      // The group begins anew.
      known = null;
      messages = 0;
      assert.deepEqual(await told(), first);
      // The first message is out, but not yet in its thread: the next attempt does not post it again.
      known = null;
      messages = 0;
      if (first.length > 1) {
        const usual = provider.answer;
        let requests = 0;
        provider.answer = (response, request) => {
          refused = ++requests === 2 ? 1 : 0;
          usual(response, request);
        };
        await assert.rejects(told(), SendError);
        assert.deepEqual(await told(), later);
      }
      provider.answer = (response) => void response.end('ok');
    });
  }

  it('posts a message of its own each time where it is not told which message it made', async () => {
    const [hook] = await folder.load(
      `slack_configs: [{ api_url: '${provider.url}/chat.postMessage', update_message: true }]`,
    );
    for (let i = 0; i < 2; i++) {
      await sendWith(hook!, sampleNotification());
      assert.equal(provider.requests.at(-1)!.url, '/chat.postMessage');
      assert.equal(last().ts, undefined);
    }
  });

  for (const [entry, message, global = '{}'] of [
    ['{ channel: x }', /^.*alertmanager\.yml:5: Slack needs an address; set api_url or app_token/],
    ['{ api_url: nope }', /:5: .*api_url: must begin with http/],
    ['{ api_url: http://a, api_url_file: b }', /:5: .*set one of api_url and api_url_file/],
    ['{ api_url: http://a, app_token: b }', /:5: .*set one of api_url and app_token/],
    ['{ api_url: http://a, actions: [{ type: button, text: x }] }', /:5: .*an action needs a url or a name/],
    ['{ api_url: http://a, fields: [{ title: x }] }', /:5: .*fields\[0\]\.value/],
    ['{ api_url: http://a, update_message: true }', /:5: .*need an app's token: set app_token/],
    ['{ api_url: http://a, post_updates_to_thread: true }', /:5: .*need an app's token/],
    ['{ update_message: true }', /need an app's token/, '{ slack_api_url: http://a }'],
    ['{ api_url: http://a, chanel: x }', /:5: unknown key "chanel".*did you mean "channel"/],
    ['{ channel: x }', /set one/, '{ slack_api_url: http://a, slack_api_url_file: b }'],
  ] as const) {
    it(`refuses ${entry} naming the line`, () =>
      assert.rejects(folder.load(`slack_configs: [${entry}]`, global), message));
  }
});
