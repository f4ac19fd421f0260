import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createReceivers } from '../../notify/receivers-in-use.ts';
import type { NotifiedAlert } from '../../receivers/notification.ts';
import { loadRouting } from '../../routing/load-routing.ts';
import { httpAnswer } from '../fake-http.ts';
import { MESSAGE_KEY, sendWith } from '../provider.case.ts';

interface Recorded {
  readonly status: string;
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'alertmanager-0.33.json'), 'utf8'),
);

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
async function sentByUs(status: 'firing' | 'resolved'): Promise<readonly Recorded[]> {
  const sent: Recorded[] = [];
  const http = {
    async send(request: Parameters<Parameters<typeof createReceivers>[1]['http']['send']>[0]) {
      const { pathname, search } = new URL(request.url);
      sent.push({
        status,
        method: request.method,
        url: `${pathname}${search}`,
        authorization: request.headers?.['authorization'] ?? null,
        body: JSON.parse(String(request.body)),
      });
      return httpAnswer(200, 'ok');
    },
    close: () => undefined,
  };
  const routing = await loadRouting(systemDisk, join(import.meta.dirname, 'alertmanager.yml'));
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
      reason: MESSAGE_KEY.groupKey,
    };
    assert.equal(integration.render(notification).problem, null, name);
    await sendWith(integration, notification);
  }
  return sent;
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
  for (const [status, count] of [
    ['firing', 17],
    ['resolved', 14],
  ] as const) {
    it(`of a group that is ${status}, to all providers whose address can be set`, async () => {
      const theirs = recorded
        .filter((request) => request.status === status)
        .map((request) => ({ ...request, authorization: request.authorization ?? null }));
      assert.equal(theirs.length, count);
      assert.deepEqual(sorted(await sentByUs(status)), sorted(theirs));
    });
  }
});
