import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { MESSAGE_KEY } from '../../testing/provider.case.ts';
import { DEFAULT_TEMPLATES } from '../default-templates.ts';
import { SendError } from '../integration.ts';
import type { Notification, NotifiedAlert } from '../notification.ts';
import { createOauth2Tokens } from '../oauth2-tokens.ts';
import { loadWebhook } from './load-webhook.ts';
import { createWebhook } from './webhook.ts';
import { WEBHOOK_SCHEMA } from './webhook-schema.ts';

const requests: { headers: IncomingHttpHeaders; url: string; body: Record<string, unknown> }[] = [];
let answer = (response: ServerResponse): void => void response.end('ok');
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    requests.push({ headers: request.headers, url: request.url ?? '', body: JSON.parse(text) });
    answer(response);
  });
});
await new Promise<void>((resolve) => {
  server.listen(0, '127.0.0.1', resolve);
});
const address = server.address();
const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
const folder = mkdtempSync(join(tmpdir(), 'tocsin-webhook-'));
const http = createHttpClient();
after(() => {
  http.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const alert = (instance: string, status: 'firing' | 'resolved'): NotifiedAlert => ({
  status,
  labels: labelsFromObject({ alertname: 'Down', instance, job: 'j' }),
  annotations: labelsFromObject({ summary: 's' }),
  startsAtMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  endsAtMs: status === 'resolved' ? Date.UTC(2026, 0, 2, 4) : null,
  generatorUrl: 'http://g',
  fingerprint: 'f',
  value: 1,
});
const NOTIFICATION: Notification = {
  receiver: 'hook',
  groupKey: '{}:{alertname="Down"}',
  groupLabels: labelsFromObject({ alertname: 'Down' }),
  status: 'firing',
  alerts: [alert('a', 'firing'), alert('b', 'resolved')],
  externalUrl: 'http://tocsin.test',
  timeMs: 0,
  reason: 'first notification',
};

async function send(source: unknown): Promise<string> {
  const config = loadWebhook(WEBHOOK_SCHEMA.parse(source), null, (path) => join(folder, path));
  const webhook = createWebhook(config, DEFAULT_TEMPLATES, {
    http,
    disk: systemDisk,
    tokens: createOauth2Tokens({ http, disk: systemDisk, clock: systemClock }),
  });
  return await webhook.send(
    webhook.render(NOTIFICATION),
    { ...MESSAGE_KEY, messageId: 'id-1' },
    AbortSignal.timeout(5_000),
  );
}

describe('webhook', () => {
  it('posts the message of Alertmanager', async () => {
    assert.equal(await send({ url: `${base}/{{ .Status }}` }), '200 ok');
    const { body, url, headers } = requests.at(-1)!;
    assert.equal(url, '/firing');
    assert.equal(headers['idempotency-key'], 'id-1');
    const common = {
      labels: { alertname: 'Down', instance: 'a', job: 'j' },
      annotations: { summary: 's' },
      startsAt: '2026-01-02T03:04:05.678Z',
    };
    assert.deepEqual(body, {
      receiver: 'hook',
      status: 'firing',
      alerts: [
        {
          ...common,
          status: 'firing',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://g',
          fingerprint: 'f',
        },
        {
          ...common,
          labels: { ...common.labels, instance: 'b' },
          status: 'resolved',
          endsAt: '2026-01-02T04:00:00Z',
          generatorURL: 'http://g',
          fingerprint: 'f',
        },
      ],
      notification_reason: 'first notification',
      groupLabels: { alertname: 'Down' },
      commonLabels: { alertname: 'Down', job: 'j' },
      commonAnnotations: { summary: 's' },
      externalURL: 'http://tocsin.test',
      version: '4',
      groupKey: '{}:{alertname="Down"}',
      truncatedAlerts: 0,
    });
  });

  it('sends no more alerts than it is told to, and says how many are left out', async () => {
    await send({ url: base, max_alerts: 1 });
    const { body } = requests.at(-1)!;
    assert.equal((body['alerts'] as unknown[]).length, 1);
    assert.equal(body['truncatedAlerts'], 1);
    const { labels } = (body['alerts'] as { readonly labels: unknown }[])[0]!;
    assert.deepEqual(body['commonLabels'], labels, 'common to those that are sent, as in Alertmanager');
  });

  it('logs in, with secrets from files read at the send', async () => {
    writeFileSync(join(folder, 'url'), `${base}/from-file\n`);
    writeFileSync(join(folder, 'password'), 'p\n');
    await send({
      url_file: 'url',
      http_config: { basic_auth: { username: 'u', password_file: 'password' } },
    });
    assert.equal(requests.at(-1)!.url, '/from-file');
    assert.equal(requests.at(-1)!.headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`);
    await send({
      url: base,
      http_config: { authorization: { credentials: 't' }, http_headers: { 'X-A': { values: ['1', '2'] } } },
    });
    assert.equal(requests.at(-1)!.headers.authorization, 'Bearer t');
    assert.equal(requests.at(-1)!.headers['x-a'], '1, 2');
    await assert.rejects(send({ url_file: 'missing' }), /missing: cannot be read \(ENOENT\)/);
  });

  const outcomes: readonly (readonly [status: number, retry: boolean])[] = [
    [500, true],
    [503, true],
    [429, true],
    [400, false],
    [404, false],
    [302, false],
  ];
  for (const [status, retry] of outcomes) {
    it(`${status} ${retry ? 'is tried again' : 'is final'}, also with a page of 2 MB`, async () => {
      answer = (response) => {
        response.statusCode = status;
        response.end('<p>sorry</p>'.repeat(170_000));
      };
      await assert.rejects(send({ url: base }), (error) => {
        assert.ok(error instanceof SendError);
        assert.equal(error.retry, retry);
        assert.ok(error.message.length < 1_100);
        return true;
      });
      answer = (response) => void response.end('ok');
    });
  }

  it('gives up waiting after its timeout, to try again', async () => {
    answer = () => undefined;
    await assert.rejects(
      send({ url: base, timeout: '50ms' }),
      (error) => error instanceof SendError && error.retry,
    );
    answer = (response) => void response.end('ok');
  });
});
