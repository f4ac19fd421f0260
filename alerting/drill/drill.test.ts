import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { httpAnswer } from '../testing/fake-http.ts';
import { type MailServer, startMailServer } from '../testing/mail-server.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';
import type { DrillReport } from './drill-report.ts';
import type { TestOutcome } from './test-receiver.ts';

const ROUTING = `
route:
  receiver: team
  group_by: [alertname]
  group_wait: 10s
  group_interval: 1m
  repeat_interval: 1h
  routes:
    - { matchers: ['severity="critical"'], receiver: pager }
    - { matchers: ['severity="none"'], receiver: quiet }
    - { matchers: ['severity="night"'], receiver: pager, active_time_intervals: [never] }
time_intervals:
  - { name: never, time_intervals: [{ years: ['1990'] }] }
receivers:
  - { name: team, webhook_configs: [{ url: 'http://team/' }] }
  - { name: pager, webhook_configs: [{ url: 'http://pager/' }, { url: 'http://second/' }] }
  - { name: quiet }
  - name: duty
    pagerduty_configs: [{ routing_key: k, url: 'http://duty/' }]
  - name: broken
    webhook_configs: [{ url: 'http://broken/' }]
    email_configs: [{ to: a@example.org }]
`;

interface Posted {
  readonly status: string;
  readonly alerts: readonly {
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

const stages: Stage[] = [];
const mails: MailServer[] = [];
after(() => Promise.all([...stages.map((stage) => stage.end()), ...mails.map((server) => server.stop())]));

/** An aggregator that yields the drill's series from the first write to the second. */
async function stageWith(routing = ROUTING): Promise<Stage & { writes: () => number }> {
  const stage = createStage({ 'alertmanager.yml': routing });
  stages.push(stage);
  stage.http.handler = (request) => {
    if (request.url.startsWith('http://broken/')) return httpAnswer(400, 'no such hook');
    if (!request.url.endsWith('/api/v1/query')) return null;
    const drill = /^tocsin_drill\{drill="([0-9a-f]{8})"\} == 1$/.exec(
      new URLSearchParams(String(request.body)).get('query') ?? '',
    )?.[1];
    if (drill === undefined) return null;
    const result =
      stage.http.writes.length === 1
        ? [{ metric: { __name__: 'tocsin_drill', drill }, value: [0, '1'] }]
        : [];
    return httpAnswer(200, JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  };
  await stage.start();
  return Object.assign(stage, { writes: () => stage.http.writes.length });
}

async function post<T>(
  stage: Stage,
  path: string,
  body: unknown,
): Promise<{ status: number; data: T; error: string }> {
  const answer = await fetch(stage.url(`/api/tocsin/v1/${path}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data, error } = (await answer.json()) as { data: T; error: string };
  return { status: answer.status, data, error };
}

describe('a fire drill', () => {
  const report = async (stage: Stage, id: string) =>
    (await stage.get<{ data: DrillReport }>(`/api/tocsin/v1/drills/${id}`)).data;

  it('goes the whole way to every receiver its labels lead to, each stage timed, and is over afterwards', async () => {
    const stage = await stageWith();
    const begun = await post<DrillReport>(stage, 'drills', { labels: { severity: 'critical' } });
    assert.deepEqual([begun.status, begun.data.state], [202, 'running']);
    assert.equal((await post(stage, 'drills', {})).status, 429);
    await stage.clock.advance(9_000);
    const waiting = await report(stage, begun.data.id);
    assert.deepEqual([waiting.state, waiting.messages, waiting.firedMs! < 1_000], ['running', [], true]);
    await stage.clock.advance(2_000);
    const done = await report(stage, begun.data.id);
    assert.equal(done.state, 'done', JSON.stringify(done));
    assert.deepEqual(
      done.messages.map(({ receiver, integration, outcome, detail }) => [
        receiver,
        integration,
        outcome,
        detail,
      ]),
      [
        ['pager', 'webhook[0]', 'sent', '200 ok'],
        ['pager', 'webhook[1]', 'sent', '200 ok'],
      ],
    );
    for (const { routedMs, answeredMs } of done.messages)
      assert.ok(
        routedMs >= 10_000 && answeredMs! >= routedMs && answeredMs! < 11_000,
        `${routedMs} ${answeredMs}`,
      );
    assert.ok(done.writtenMs! <= done.firedMs! && done.totalMs! >= 10_000);
    const { alerts } = stage.http.posted[0]!.body as Posted;
    assert.equal(alerts[0]!.labels['alertname'], '[TEST] Tocsin drill');
    assert.match(alerts[0]!.annotations['summary']!, /^\[TEST\] This is a fire drill/);
    // It resolves, its receivers are told, and nothing is left of it but its history.
    await stage.clock.advance(120_000);
    assert.deepEqual(
      stage.http.posted.map(({ body }) => (body as Posted).status),
      ['firing', 'firing', 'resolved', 'resolved'],
    );
    assert.equal(stage.writes(), 2);
    assert.deepEqual((await stage.get<{ data: { alerts: unknown[] } }>('/api/v1/alerts')).data.alerts, []);
    await stage.clock.advance(3_600_000);
    assert.equal(stage.http.posted.length, 4);
    const { data: quality } = await stage.get<{
      data: { rules: unknown[]; receivers: { messages: number }[] };
    }>('/api/tocsin/v1/quality?days=1');
    assert.deepEqual([quality.rules, quality.receivers.filter(({ messages }) => messages > 0)], [[], []]);
    const { data: features } = await stage.get<{ data: { tocsin: object } }>('/api/v1/features');
    assert.ok('drills' in features.tocsin);
    assert.equal((await post(stage, 'drills', {})).status, 202);
    await stage.clock.advance(60_000);
  });

  it('says what holds it back, and that nobody is there to be told', async () => {
    const stage = await stageWith();
    const muted = await post<DrillReport>(stage, 'drills', { labels: { severity: 'night' } });
    await stage.clock.advance(12_000);
    const heldBack = await report(stage, muted.data.id);
    assert.equal(heldBack.state, 'failed');
    assert.match(heldBack.problems.join(), /muted: outside of its active time intervals never/);
    await stage.clock.advance(60_000);
    stage.http.writes.length = 0;
    const nobody = await post<DrillReport>(stage, 'drills', { labels: { severity: 'none' } });
    await stage.clock.advance(12_000);
    const unheard = await report(stage, nobody.data.id);
    assert.equal(unheard.state, 'failed');
    assert.match(unheard.problems.join(), /receiver quiet has no way to reach anybody/);
  });

  it('fails in time when the aggregator cannot be asked, and may be tried again', async () => {
    const stage = await stageWith();
    stage.http.aggregatorDown = true;
    stage.http.handler = () => null;
    const begun = await post<DrillReport>(stage, 'drills', { timeout: '20s' });
    await stage.clock.advance(30_000);
    const failed = await report(stage, begun.data.id);
    assert.equal(failed.state, 'failed');
    assert.match(failed.problems.join(), /not over within 20 s|Cannot reach/);
    stage.http.aggregatorDown = false;
    assert.equal((await post(stage, 'drills', {})).status, 202);
    await stage.clock.advance(400_000);
  });

  it('refuses labels that cannot be', async () => {
    const stage = await stageWith();
    for (const body of [
      { labels: { alertname: 'x' } },
      { labels: { x: '{{ query "up" }}' } },
      { labels: { '': 'x' } },
      { timeout: '2h' },
      { more: 1 },
    ])
      assert.equal((await post(stage, 'drills', body)).status, 400, JSON.stringify(body));
    assert.equal((await fetch(stage.url('/api/tocsin/v1/drills/none'))).status, 404);
  });
});

describe('a test of a receiver', () => {
  interface Tested {
    readonly integrations: readonly TestOutcome[];
  }

  it('sends each of its integrations a message marked as a test, past groups and timers', async () => {
    const server = await startMailServer();
    mails.push(server);
    const stage = await stageWith(`
global: { smtp_smarthost: '127.0.0.1:${server.port}', smtp_from: tocsin@example.org, smtp_require_tls: false }
route: { receiver: both, group_wait: 1h }
receivers:
  - name: both
    webhook_configs: [{ url: 'http://hook/' }]
    email_configs: [{ to: ops@example.org }]
`);
    const { data } = await post<Tested>(stage, 'receivers/test', { receiver: 'both' });
    assert.deepEqual(
      data.integrations.map(({ integration, outcome, problem }) => [integration, outcome, problem]),
      [
        ['email[0]', 'sent', null],
        ['webhook[0]', 'sent', null],
      ],
    );
    const body = stage.http.posted[0]!.body as Posted;
    assert.match(body.alerts[0]!.annotations['summary']!, /^\[TEST\] This is a test of the receiver both/);
    assert.match(server.mails[0]!.mail.subject!, /\[TEST\] Tocsin/);
    const only = await post<Tested>(stage, 'receivers/test', { receiver: 'both', integration: 'webhook[0]' });
    assert.equal(only.data.integrations.length, 1);
    const { data: history } = await stage.get<{
      data: { notifications: { state: string; reason: string }[] };
    }>('/api/tocsin/v1/notifications');
    assert.deepEqual(
      history.notifications.map(({ state, reason }) => [state, reason]),
      Array.from({ length: 3 }, () => ['sent', 'test']),
    );
    await stage.clock.advance(600_000);
    assert.equal(stage.http.posted.length, 2, 'nothing comes of it');
  });

  it('tells what the provider says, and does not try again', async () => {
    const stage = await stageWith();
    const { data } = await post<Tested>(stage, 'receivers/test', { receiver: 'broken' });
    const [mail, hook] = data.integrations;
    assert.deepEqual([hook!.outcome, mail!.outcome], ['failed', 'cannot_send']);
    assert.match(hook!.detail, /400/);
    assert.match(mail!.detail, /smtp_smarthost/);
    await stage.clock.advance(600_000);
    const { data: history } = await stage.get<{
      data: { notifications: { state: string; attempts: number }[] };
    }>('/api/tocsin/v1/notifications');
    assert.deepEqual(
      history.notifications.map(({ state }) => state),
      ['failed'],
    );
    assert.equal((await post(stage, 'receivers/test', { receiver: 'nobody' })).status, 404);
    assert.equal(
      (await post(stage, 'receivers/test', { receiver: 'team', integration: 'email[0]' })).status,
      404,
    );
  });

  it('closes the incident that it opens', async () => {
    const stage = await stageWith();
    await post(stage, 'receivers/test', { receiver: 'duty' });
    const sent = stage.http.posted.map(({ body }) => body as { event_action: string; dedup_key: string });
    assert.deepEqual(
      sent.map(({ event_action }) => event_action),
      ['trigger', 'resolve'],
    );
    assert.equal(sent[0]!.dedup_key, sent[1]!.dedup_key);
  });
});
