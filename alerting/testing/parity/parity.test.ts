import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import type { HttpRequest } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createReceivers } from '../../notify/receivers-in-use.ts';
import type { NotifiedAlert } from '../../receivers/notification.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import { httpAnswer } from '../fake-http.ts';
import { sendWith } from '../provider.case.ts';

interface Recorded {
  readonly status: string;
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

type Status = 'firing' | 'resolved';

/** What each of the two was answered, then and now. */
function answerTo(method: string, path: string, status: Status): string {
  if (path.endsWith('/gettoken')) return '{"errcode":0,"errmsg":"ok","access_token":"wctok"}';
  if (path.startsWith('/wc/')) return '{"errcode":0,"errmsg":"ok"}';
  if (path.startsWith('/rc/')) return '{"success":true}';
  if (path.endsWith('/transitions') && method === 'GET') {
    const transitions = Object.entries({ Reopen: '11', Done: '21', Close: '31' });
    return JSON.stringify({ transitions: transitions.map(([name, id]) => ({ id, name })) });
  }
  if (!/\/search(?:\/jql)?$/.test(path)) return 'ok';
  const issue = (key: string, category: string) => ({
    key,
    fields: { status: { name: 'Any', statusCategory: { key: category } } },
  });
  if (/^\/jira[23]\//.test(path))
    return JSON.stringify({ issues: [issue('OPS-7', 'new'), { key: 'OPS-8' }] });
  if (!path.startsWith('/jira4/')) return '{"issues":[]}';
  return JSON.stringify({ issues: [issue('OPS-9', status === 'firing' ? 'done' : 'new')] });
}

const alert = (
  status: 'firing' | 'resolved',
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  rest: Pick<NotifiedAlert, 'startsAtMs' | 'generatorUrl' | 'fingerprint'>,
): NotifiedAlert => ({
  status,
  labels: labelsFromObject({ alertname: 'Down', severity: 'page', ...labels }),
  annotations: labelsFromObject(annotations),
  endsAtMs: status === 'resolved' ? Date.UTC(2026, 0, 2, 4) : null,
  value: null,
  ...rest,
});

/** What every integration of alertmanager.yml sends for a group of two alerts. */
async function sentByUs(config: string, status: Status): Promise<readonly Recorded[]> {
  const sent: Recorded[] = [];
  const http = {
    async send(request: HttpRequest) {
      const { pathname, search } = new URL(request.url);
      sent.push({
        status,
        method: request.method,
        url: `${pathname}${search}`,
        authorization: authorizationOf(request.headers ?? {}),
        body: bodyOf(request),
      });
      return httpAnswer(200, answerTo(request.method, pathname, status));
    },
    close: () => undefined,
  };
  const routing = await loadRouting(systemDisk, join(import.meta.dirname, config));
  for (const { integration, name } of createReceivers(routing, {
    clock: systemClock,
    http,
    disk: systemDisk,
  }).get('one') ?? []) {
    if (status === 'resolved' && !integration.sendResolved) continue;
    const notification = {
      receiver: 'one',
      groupKey: '{}:{alertname="Down"}',
      groupLabels: labelsFromObject({ alertname: 'Down' }),
      status,
      alerts: [
        alert(
          status,
          { instance: 'a<b>&"x"' },
          { summary: 'it is <down> & out', note: 'é' },
          {
            startsAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
            generatorUrl: 'http://prom.test/graph?a=1&b=2',
            fingerprint: '0e60bbbda5af270c',
          },
        ),
        alert(
          status,
          { instance: 'b' },
          { summary: 's2' },
          {
            startsAtMs: Date.UTC(2026, 0, 2, 3, 4, 6),
            generatorUrl: 'http://prom.test/g2',
            fingerprint: '0b0f2e23b2828c8f',
          },
        ),
      ],
      externalUrl: 'http://tocsin.test',
      timeMs: 0,
      reason: status === 'firing' ? 'new alerts added' : 'all alerts resolved',
    };
    assert.equal(integration.render(notification).problem, null, name);
    await sendWith(integration, notification);
  }
  return sent;
}

/** Rocket.Chat has headers of its own; Amazon's signature is checked where it is made. */
function authorizationOf(headers: Readonly<Record<string, string>>): string | null {
  const { authorization, 'x-auth-token': token, 'x-user-id': user } = headers;
  if (token !== undefined) return `${token} ${user}`;
  return authorization === undefined || authorization.startsWith('AWS4') ? null : authorization;
}

function bodyOf({ headers, body }: HttpRequest): unknown {
  if (body === undefined) return null;
  if (headers?.['content-type'] === 'application/json') return JSON.parse(String(body));
  // Ours has the message's own name here, so that only its repetition is one.
  const { MessageDeduplicationId: _, ...fields } = Object.fromEntries(new URLSearchParams(String(body)));
  return fields;
}

/** Integrations send side by side there: the order between them says nothing. */
function sorted(requests: readonly Recorded[]): readonly Recorded[] {
  const place = (request: Recorded) => [request.url, request.method, canonical(request.body)].join(' ');
  return [...requests].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join()}}`;
}

describe('requests are field by field those of Alertmanager 0.33', () => {
  for (const [config, file, status, count] of [
    ['alertmanager.yml', 'alertmanager-0.33.json', 'firing', 17],
    ['alertmanager.yml', 'alertmanager-0.33.json', 'resolved', 14],
    ['others.yml', 'others-0.33.json', 'firing', 32],
    ['others.yml', 'others-0.33.json', 'resolved', 30],
  ] as const) {
    it(`of a group that is ${status}, to all providers of ${config}`, async () => {
      const recorded: readonly Recorded[] = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
      const theirs = recorded
        .filter((request) => request.status === status)
        .map((request) => ({ ...request, authorization: request.authorization ?? null }));
      assert.equal(theirs.length, count);
      const ours = await sentByUs(config, status);
      // Theirs had its tokens already.
      const sent = ours.filter(({ url }) => status === 'firing' || !url.includes('gettoken'));
      assert.deepEqual(sorted(sent), sorted(theirs));
    });
  }
});
