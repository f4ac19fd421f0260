import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { itBehavesAsProvider, startProviderBench } from '../../testing/provider.case.ts';
import { sampleNotification } from '../../testing/sample-notification.ts';
import { SendError } from '../integration.ts';

const bench = await startProviderBench((response) => void response.end('{"status":1}'));
const { provider, folder, send } = bench;
const last = () => Object.fromEntries(new URLSearchParams(provider.requests.at(-1)!.body));
const entry = (rest: string) => `pushover_configs: [{ api_url: '${provider.url}/1/messages.json', ${rest} }]`;

describe('Pushover', () => {
  itBehavesAsProvider(bench, (url) => `pushover_configs: [{ api_url: '${url}', user_key: u, token: t }]`, {
    hasTimeout: false,
  });

  it('gets an emergency while firing and an ordinary message when resolved', async () => {
    await send(entry('user_key: user1, token: token1'));
    const request = provider.requests.at(-1)!;
    assert.equal(request.url, '/1/messages.json');
    assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual(last(), {
      token: 'token1',
      user: 'user1',
      title: '[FIRING:1] Down (page)',
      message:
        'it is <down> & out\n\nAlerts Firing:\nLabels:\n - alertname = Down\n - severity = page\nAnnotations:\n' +
        ' - summary = it is <down> & out\nSource: http://prom.test/graph?a=1&b=2',
      url: 'http://tocsin.test',
      url_title: '',
      priority: '2',
      retry: '60',
      expire: '3600',
      device: '',
      sound: '',
    });
    await send(entry('user_key: u, token: t'), sampleNotification('resolved'));
    assert.equal(last()['priority'], '0');
  });

  it('expands templates, keys too, and escapes values in HTML', async () => {
    await send(
      entry(
        "user_key: '{{ .CommonLabels.severity }}', token: t, html: true, message: '<b>{{ .CommonAnnotations.summary }}</b>', title: 't {{ .Status }}', url: 'http://u/{{ .Status }}', url_title: ut, device: d, sound: s, priority: '1', retry: 2m, expire: 10m, ttl: 1h",
      ),
    );
    assert.deepEqual(last(), {
      token: 't',
      user: 'page',
      title: 't firing',
      html: '1',
      message: '<b>it is &lt;down&gt; &amp; out</b>',
      url: 'http://u/firing',
      url_title: 'ut',
      priority: '1',
      retry: '120',
      expire: '600',
      device: 'd',
      sound: 's',
      ttl: '3600',
    });
  });

  it('cuts what is too long and says something when there is nothing to say', async () => {
    const long = 'é'.repeat(2_000);
    await send(
      entry(`user_key: u, token: t, monospace: true, title: '${long}', message: '${long}', url: '${long}'`),
    );
    assert.deepEqual(
      [last()['title']?.length, last()['message']?.length, last()['url']?.length, last()['monospace']],
      [250, 1_024, 512, '1'],
    );
    await send(entry("user_key: u, token: t, message: ' '"));
    assert.equal(last()['message'], '(no details)');
  });

  it('reads keys from files; the outbox holds none', async () => {
    folder.write('user', 'fileuser\n');
    folder.write('token', 'filetoken\n');
    await send(entry('user_key_file: user, token_file: token'));
    assert.deepEqual([last()['user'], last()['token']], ['fileuser', 'filetoken']);
    const [integration] = await folder.load(entry('user_key: secretuser, token: secrettoken'));
    assert.doesNotMatch(JSON.stringify(integration!.render(sampleNotification())), /secret/);
    await assert.rejects(
      send(entry("user_key: '{{ .CommonLabels.none }}', token: t")),
      (error) => error instanceof SendError && !error.retry,
    );
  });

  for (const [rest, message] of [
    ['token: t', /:5: .*set one of user_key and user_key_file/],
    ['user_key: u', /:5: .*set one of token and token_file/],
    ['user_key: u, token: t, token_file: x', /:5: .*set one of token and token_file/],
    ['user_key: u, token: t, html: true, monospace: true', /:5: .*set one of html and monospace/],
    ['user_key: u, token: t, retry: soon', /:5: .*bad duration "soon"/],
  ] as const) {
    it(`refuses ${rest} naming the line`, () => assert.rejects(folder.load(entry(rest)), message));
  }
});
