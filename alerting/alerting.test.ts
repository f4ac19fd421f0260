import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { decodeSnappy } from '@tocsin/protocol/snappy/decode.ts';
import { HttpFailure } from '@tocsin/runtime/http/client.ts';
import { createStage, type Stage } from './testing/stage.case.ts';

const RULES = `groups:
  - name: g
    interval: 15s
    rules:
      - alert: Down
        expr: up == 0
        for: 30s
        labels: { severity: page }
        annotations: { summary: '{{ $labels.instance }} is down', description: 'value {{ $value }}' }
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
`;

interface Posted {
  readonly status: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Record<string, string>;
    readonly annotations: Record<string, string>;
  }[];
}

const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function stageWith(
  files: Record<string, string> = { 'a.rules.yml': RULES, 'alertmanager.yml': ROUTING },
): Promise<Stage> {
  const stage = createStage(files);
  stages.push(stage);
  await stage.start();
  return stage;
}

function down(stage: Stage, ...instances: string[]): void {
  stage.http.results.set(
    'up == 0',
    instances.map((instance) => ({ labels: labelsFromObject({ __name__: 'up', instance }), value: 0 })),
  );
}

const told = (stage: Stage) =>
  stage.http.posted.map(({ body }) => {
    const { status, alerts } = body as Posted;
    return `${status}: ${alerts.map((alert) => `${alert.labels['instance']} ${alert.status}`).join(', ')}`;
  });

describe('alerting', () => {
  it('evaluates, waits, groups, notifies, and says when it is over', async () => {
    const stage = await stageWith();
    down(stage, 'a', 'b');
    await stage.clock.advance(40_000);
    assert.deepEqual(told(stage), [], 'still pending');
    await stage.clock.advance(30_000);
    assert.deepEqual(told(stage), ['firing: a firing, b firing']);
    const body = stage.http.posted[0]!.body as Posted;
    assert.equal(body.alerts[0]!.annotations['summary'], 'a is down');
    down(stage, 'b');
    await stage.clock.advance(70_000);
    assert.deepEqual(told(stage).slice(1), ['firing: a resolved, b firing']);
    down(stage);
    await stage.clock.advance(70_000);
    assert.deepEqual(told(stage).slice(2), ['resolved: b resolved']);
    await stage.clock.advance(3_600_000);
    assert.equal(told(stage).length, 3, 'and is silent from then on');
  });

  it('repeats after the repeat interval and not before', async () => {
    const stage = await stageWith();
    down(stage, 'a');
    await stage.clock.advance(3_600_000);
    assert.equal(told(stage).length, 1);
    await stage.clock.advance(120_000);
    assert.equal(told(stage).length, 2);
    assert.notEqual(stage.http.posted[0]!.key, stage.http.posted[1]!.key);
  });

  it('keeps state and groups over a restart', async () => {
    const stage = await stageWith();
    down(stage, 'a');
    await stage.clock.advance(90_000);
    assert.equal(told(stage).length, 1);
    stage.abandon();
    await stage.start();
    await stage.clock.advance(300_000);
    assert.equal(told(stage).length, 1, 'nothing is said twice');
    down(stage);
    await stage.clock.advance(90_000);
    assert.deepEqual(told(stage).slice(1), ['resolved: a resolved']);
  });

  it('sends what was decided and not sent before a crash, once', async () => {
    const stage = await stageWith();
    stage.http.handler = (request) =>
      request.url.startsWith('http://hook') ? new Promise(() => undefined) : null;
    down(stage, 'a');
    await stage.clock.advance(90_000);
    assert.equal(told(stage).length, 0, 'the provider hangs');
    stage.abandon();
    stage.http.handler = () => null;
    await stage.start();
    await stage.clock.advance(1);
    assert.deepEqual(told(stage), ['firing: a firing']);
    await stage.clock.advance(300_000);
    assert.equal(told(stage).length, 1);
  });

  it('retries with the same key until the provider takes it', async () => {
    const stage = await stageWith();
    const keys: string[] = [];
    let failures = 5;
    stage.http.handler = (request) => {
      if (!request.url.startsWith('http://hook')) return null;
      keys.push(request.headers?.['idempotency-key'] ?? '');
      if (failures-- > 0) throw new Error('connection refused');
      return null;
    };
    down(stage, 'a');
    await stage.clock.advance(180_000);
    assert.equal(keys.length, 6);
    assert.equal(new Set(keys).size, 1);
    assert.equal(told(stage).length, 1);
    assert.equal(await stage.metric('tocsin_alerting_notifications_total', { outcome: 'retry' }), 5);
    assert.equal(await stage.metric('tocsin_alerting_notifications_total', { outcome: 'sent' }), 1);
  });

  it('decides anew when the provider refuses for good', async () => {
    const stage = await stageWith();
    let refusals = 2;
    stage.http.handler = (request) =>
      request.url.startsWith('http://hook') && refusals-- > 0
        ? { status: 400, headers: {}, body: new Uint8Array(), text: () => 'no' }
        : null;
    down(stage, 'a');
    await stage.clock.advance(60_000);
    down(stage);
    await stage.clock.advance(240_000);
    assert.deepEqual(told(stage), []);
    const { data } = await stage.get<{ data: { notifications: { state: string; error: string }[] } }>(
      '/api/tocsin/v1/notifications',
    );
    assert.equal(data.notifications[0]?.state, 'failed');
    assert.match(data.notifications[0]?.error ?? '', /unexpected answer 400 no/);
  });

  it('alerts when the aggregator cannot be asked, keeps what fires, and says when it is back', async () => {
    const stage = await stageWith();
    down(stage, 'a');
    await stage.clock.advance(90_000);
    stage.http.aggregatorDown = true;
    await stage.clock.advance(300_000);
    assert.deepEqual(told(stage), ['firing: a firing', 'firing: undefined firing']);
    const unreachable = stage.http.posted[1]!.body as Posted;
    assert.equal(unreachable.alerts[0]!.labels['alertname'], 'TocsinAggregatorUnreachable');
    stage.http.aggregatorDown = false;
    await stage.clock.advance(180_000);
    assert.deepEqual(told(stage).slice(2), ['resolved: undefined resolved']);
    assert.ok((await stage.metric('tocsin_alerting_evaluation_failures_total')) > 10);
  });

  it('notices an unreachable aggregator without a single rule', async () => {
    const stage = await stageWith({ 'alertmanager.yml': ROUTING });
    stage.http.aggregatorDown = true;
    await stage.clock.advance(120_000);
    assert.equal(told(stage).length, 1);
  });

  it('keeps what would have been sent when nothing is configured', async () => {
    const stage = await stageWith({ 'a.rules.yml': RULES });
    down(stage, 'a');
    await stage.clock.advance(90_000);
    const { data } = await stage.get<{
      data: { configured: boolean; notifications: Record<string, unknown>[] };
    }>('/api/tocsin/v1/notifications?limit=5');
    assert.equal(data.configured, false);
    assert.equal(data.notifications.length, 1);
    const { state, status, subject, text, integration, alerts } = data.notifications[0]!;
    assert.deepEqual(
      [state, status, subject, integration],
      ['would_send', 'firing', '[FIRING:1] Down (a page)', 'email'],
    );
    assert.match(String(text), /FIRING: a is down\nvalue 0/);
    assert.equal((alerts as { value: number }[])[0]!.value, 0);
  });

  it('reloads rules and routing, resolves what lost its rule, and keeps the old ones when the new are bad', async () => {
    const stage = await stageWith();
    down(stage, 'a');
    await stage.clock.advance(90_000);
    assert.equal(told(stage).length, 1);
    stage.write('a.rules.yml', 'groups: [{ name: g, rules: [{ alert: A, expr: "up ==" }] }]');
    const refused = await fetch(stage.url('/-/reload'), { method: 'POST' });
    assert.equal(refused.status, 500);
    assert.match(await refused.text(), /a\.rules\.yml:1: rule "A": expr does not parse/);
    await stage.clock.advance(120_000);
    assert.equal(told(stage).length, 1, 'the old rules go on');
    stage.write('a.rules.yml', 'groups: []');
    assert.equal((await fetch(stage.url('/-/reload'), { method: 'POST' })).status, 200);
    await stage.clock.advance(120_000);
    assert.deepEqual(told(stage).slice(1), ['resolved: a resolved']);
  });

  it('one slow rule does not delay another', async () => {
    const stage = await stageWith({
      'a.rules.yml':
        'groups: [{ name: g, rules: [{ alert: Slow, expr: slow }, { alert: Quick, expr: quick }] }]',
      'alertmanager.yml': ROUTING,
    });
    stage.http.handler = ({ url, body }) => {
      if (url.endsWith('query_batch') && String(body).includes('"slow"'))
        throw new HttpFailure('timeout', 'no answer');
      return String(body).includes('query=slow') ? new Promise(() => undefined) : null;
    };
    stage.http.results.set('quick', [{ labels: labelsFromObject({ instance: 'q' }), value: 1 }]);
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage), ['firing: q firing']);
    assert.ok((await stage.metric('tocsin_alerting_evaluations_missed_total')) >= 2);
  });

  it('writes ALERTS and recorded series back', async () => {
    const stage = await stageWith();
    down(stage, 'a');
    await stage.clock.advance(60_000);
    assert.ok(stage.http.writes.length >= 3);
    const text = Buffer.concat(stage.http.writes.map((body) => decodeSnappy(body, 1 << 20))).toString(
      'latin1',
    );
    assert.match(text, /ALERTS_FOR_STATE/);
    assert.match(text, /alertstate.*pending/s);
  });

  it('a template that throws still lets the page go out', async () => {
    const stage = await stageWith({
      'a.rules.yml': RULES,
      'alertmanager.yml': `templates: ['t.tmpl']\n${ROUTING}`,
      't.tmpl': '{{ define "__subject" }}{{ index .Alerts 99 }}{{ end }}',
    });
    down(stage, 'a');
    await stage.clock.advance(90_000);
    assert.equal(told(stage).length, 1);
    const { data } = await stage.get<{ data: { notifications: { error: string; subject: string }[] } }>(
      '/api/tocsin/v1/notifications',
    );
    assert.match(data.notifications[0]!.error, /index out of range: 99/);
    assert.equal(data.notifications[0]!.subject, '[FIRING:1] Down (a page)');
  });
});
