import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';

const RULES = `groups:
  - name: g
    interval: 15s
    rules:
      - { alert: Down, expr: up == 0, for: 30s, labels: { severity: page } }
      - { alert: Slow, expr: slow > 1, labels: { severity: info } }
`;
const ROUTING = `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 1h
receivers:
  - name: hook
    webhook_configs: [{ url: 'http://hook/' }]
inhibit_rules: [{ source_matchers: [severity="page"], target_matchers: [severity="info"], equal: [instance] }]
`;

interface Why {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly alerts: readonly {
      readonly fingerprint: string;
      readonly state: string;
      readonly rule: { readonly line: number; readonly expression: string } | null;
      readonly steps: readonly { readonly at: string; readonly stage: string; readonly text: string }[];
      readonly now: {
        readonly silencedBy: readonly { readonly comment: string }[];
        readonly inhibitedBy: { readonly labels: Record<string, string> } | null;
        readonly routes: readonly {
          readonly receiver: string;
          readonly group: string;
          readonly groupWaitMs: number;
          readonly nextRoundAt: string | null;
          readonly integrations: readonly { readonly nextRound: { readonly reason: string } }[];
        }[];
      };
    }[];
  };
}

const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function started(): Promise<Stage> {
  const stage = createStage({ 'a.rules.yml': RULES, 'alertmanager.yml': ROUTING });
  stages.push(stage);
  await stage.start();
  return stage;
}

const series = (instance: string, value: number) => [
  { labels: labelsFromObject({ __name__: 'up', instance }), value },
];
const why = async (stage: Stage, question: string) => stage.get<Why>(`/api/tocsin/v1/why?${question}`);

describe('why', () => {
  it('tells the whole chain of a page, with every attempt and the answer to each', async () => {
    const stage = await started();
    stage.http.results.set('up == 0', series('a', 0));
    let refused = 2;
    stage.http.handler = (request) =>
      request.url.startsWith('http://hook') && refused-- > 0 ? httpAnswer(503, 'overloaded') : null;
    await stage.clock.advance(60_000);
    const { data } = await why(stage, 'alertname=Down&filter=instance%3D"a"');
    const [alert] = data.alerts;
    assert.equal(alert?.state, 'firing');
    assert.equal(alert.rule?.line, 5);
    assert.deepEqual(
      alert.steps.map(({ stage, text }) => `${stage}: ${text}`),
      [
        'evaluation: pending: the expression holds; waiting for its "for" to pass; up == 0 is 0',
        'evaluation: firing: the expression held for 30 s of 30 s; up == 0 is 0',
        'decision: hook by webhook[0]: first notification; told as firing; a message was sent',
        'attempt: hook by webhook[0]: failed, to be tried again: unexpected answer 503 overloaded',
        'attempt: hook by webhook[0]: failed, to be tried again: unexpected answer 503 overloaded',
        'attempt: hook by webhook[0]: the provider took it: 200 ok',
      ],
    );
    const [route] = alert.now.routes;
    assert.deepEqual(
      [route?.receiver, route?.group, route?.groupWaitMs],
      ['hook', '{}:{alertname="Down"}', 10_000],
    );
    assert.ok(route?.nextRoundAt);
    assert.equal(route.integrations[0]?.nextRound.reason, 'the receiver was told already');
    const same = await why(stage, `fingerprint=${alert.fingerprint}`);
    assert.equal(same.data.alerts.length, 1);
  });

  it('tells what held an alert back, and what is no more', async () => {
    const stage = await started();
    stage.http.results.set('up == 0', series('a', 0));
    stage.http.results.set('slow > 1', series('a', 5));
    await stage.clock.advance(90_000);
    const slow = (await why(stage, 'alertname=Slow')).data.alerts[0]!;
    assert.match(
      slow.steps.map(({ text }) => text).join('\n'),
      /held back from hook: inhibited by alert \w+/,
    );
    assert.equal(slow.now.inhibitedBy?.labels['alertname'], 'Down');
    stage.http.results.clear();
    await stage.clock.advance(3_600_000);
    const past = (await why(stage, 'alertname=Down')).data.alerts[0]!;
    assert.equal(past.state, 'resolved');
    assert.match(past.steps.at(-2)!.text, /all alerts resolved; told as resolved/);
  });

  it('knows alerts that were posted, and silences', async () => {
    const stage = await started();
    const post = (path: string, body: unknown) =>
      fetch(stage.url(path), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await post('/api/v2/alerts', [{ labels: { alertname: 'Posted' } }]);
    await post('/api/v2/alerts', [{ labels: { alertname: 'Posted' } }]);
    await post('/api/v2/silences', {
      matchers: [{ name: 'alertname', value: 'Posted', isRegex: false }],
      startsAt: new Date(stage.clock.now()).toISOString(),
      endsAt: new Date(stage.clock.now() + 600_000).toISOString(),
      createdBy: 'me',
      comment: 'known',
    });
    await stage.clock.advance(30_000);
    const [alert] = (await why(stage, 'alertname=Posted')).data.alerts;
    assert.deepEqual(
      alert?.steps.map((step) => step.stage),
      ['received', 'silenced'],
    );
    assert.equal(alert.now.silencedBy[0]?.comment, 'known');
  });

  it('says what it needs', async () => {
    const stage = await started();
    assert.match((await why(stage, '')).error ?? '', /say which alert/);
    assert.match((await why(stage, 'alertname=Nobody')).error ?? '', /nothing is known/);
    assert.match((await why(stage, 'alertname=A&filter=severity')).error ?? '', /bad matcher/);
  });

  it('goes on with a database of the first version', async () => {
    const stage = await started();
    stage.http.results.set('up == 0', series('a', 0));
    await stage.clock.advance(60_000);
    await stage.part.stop();
    const database = new DatabaseSync(`${stage.folder}/alerting.db`);
    database.exec(
      'DROP TABLE attempt; ALTER TABLE outbox DROP COLUMN route; ALTER TABLE outbox DROP COLUMN may_have_arrived; ALTER TABLE outbox DROP COLUMN kept; DROP INDEX event_by_time; DROP INDEX outbox_by_time; PRAGMA user_version = 1;',
    );
    database.close();
    await stage.start();
    const [alert] = (await why(stage, 'alertname=Down')).data.alerts;
    assert.match(alert?.steps.at(-1)?.text ?? '', /the provider took it/);
  });

  it('forgets history after 90 days', async () => {
    const stage = await started();
    stage.http.results.set('up == 0', series('a', 0));
    await stage.clock.advance(60_000);
    stage.http.results.clear();
    await stage.clock.advance(120_000);
    assert.equal((await why(stage, 'alertname=Down')).status, 'success');
    await stage.part.stop();
    const database = new DatabaseSync(`${stage.folder}/alerting.db`);
    database.exec(`UPDATE event SET at_ms = at_ms - ${91 * 86_400_000}`);
    database.close();
    await stage.start();
    await stage.clock.advance(3_600_000);
    assert.equal((await why(stage, 'alertname=Down')).status, 'error');
  });
});
