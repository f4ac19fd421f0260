import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';

const FILES = {
  'a.rules.yml': `groups:
  - name: g
    rules:
      - { alert: Down, expr: up == 0, labels: { severity: page } }
      - { record: 'job:up', expr: up }
`,
  'alertmanager.yml': `route:
  receiver: hook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 10s
  routes: [{ matchers: [muted="yes"], receiver: other, mute_time_intervals: [always] }]
receivers: [{ name: hook, webhook_configs: [{ url: 'http://hook/' }] }, { name: other }]
inhibit_rules: [{ source_matchers: [severity="page"], target_matchers: [severity="info"], equal: [host] }]
time_intervals: [{ name: always, time_intervals: [{}] }]
`,
};

interface AlertJson {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: string;
    readonly silencedBy: string[];
    readonly inhibitedBy: string[];
    readonly mutedBy: string[];
  };
}
interface SilenceJson {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly endsAt: string;
}

const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function stageWith(): Promise<Stage> {
  const stage = createStage(FILES);
  stages.push(stage);
  await stage.start();
  return stage;
}

function send(stage: Stage, method: string, path: string, body?: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(stage.url(path), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: text }),
  });
}

const names = (alerts: readonly AlertJson[]) => alerts.map((alert) => alert.labels['alertname']).sort();
const silenceFor = (stage: Stage, alertname: string, minutes = 10) => ({
  matchers: [{ name: 'alertname', value: alertname, isRegex: false }],
  startsAt: new Date(stage.clock.now()).toISOString(),
  endsAt: new Date(stage.clock.now() + minutes * 60_000).toISOString(),
  createdBy: 'me',
  comment: 'why',
});

describe('the Alertmanager API', () => {
  it('takes alerts, shows them filtered, and lets them time out', async () => {
    const stage = await stageWith();
    const posted = await send(stage, 'POST', '/api/v2/alerts', [
      {
        labels: { alertname: 'A', host: 'x', severity: 'page', empty: '' },
        annotations: { x: '' },
        generatorURL: 'http://g',
      },
      { labels: { alertname: 'B', host: 'x', severity: 'info' } },
      { labels: { alertname: 'C', muted: 'yes' } },
    ]);
    assert.equal(posted.status, 200);
    const all = await stage.get<AlertJson[]>('/api/v2/alerts');
    assert.deepEqual(names(all), ['A', 'B', 'C']);
    const [a, b, c] = ['A', 'B', 'C'].map((name) => all.find((alert) => alert.labels['alertname'] === name)!);
    assert.deepEqual(a!.labels, { alertname: 'A', host: 'x', severity: 'page' });
    assert.deepEqual(a!.annotations, { x: '' }, 'Alertmanager keeps empty annotations');
    assert.deepEqual(a!.receivers, [{ name: 'hook' }]);
    assert.equal(Date.parse(a!.endsAt) - Date.parse(a!.startsAt), 300_000);
    assert.deepEqual(b!.status, {
      state: 'suppressed',
      silencedBy: [],
      inhibitedBy: [a!.fingerprint],
      mutedBy: [],
    });
    assert.deepEqual(c!.status, {
      state: 'suppressed',
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: ['always'],
    });
    assert.deepEqual(names(await stage.get('/api/v2/alerts?filter=alertname=~"A|C"&filter=host="x"')), ['A']);
    assert.deepEqual(names(await stage.get('/api/v2/alerts?inhibited=false')), ['A', 'C']);
    assert.deepEqual(names(await stage.get('/api/v2/alerts?active=false')), ['B', 'C']);
    assert.deepEqual(names(await stage.get('/api/v2/alerts?receiver=oth.*')), ['C']);
    await stage.clock.advance(300_000);
    assert.deepEqual(await stage.get('/api/v2/alerts'), []);
  });

  it('notifies of posted alerts, of their end, and never of inhibited or muted ones', async () => {
    const stage = await stageWith();
    await send(stage, 'POST', '/api/v2/alerts', [
      { labels: { alertname: 'A', host: 'x', severity: 'page' } },
      { labels: { alertname: 'B', host: 'x', severity: 'info' } },
      { labels: { alertname: 'C', muted: 'yes' } },
    ]);
    await stage.clock.advance(2_000);
    await send(stage, 'POST', '/api/v2/alerts', [
      {
        labels: { alertname: 'A', host: 'x', severity: 'page' },
        endsAt: new Date(stage.clock.now()).toISOString(),
      },
    ]);
    await stage.clock.advance(20_000);
    const bodies = stage.http.posted.map(
      ({ body }) => body as { status: string; groupLabels: { alertname: string } },
    );
    assert.deepEqual(
      bodies.map((body) => `${body.groupLabels.alertname} ${body.status}`),
      ['A firing', 'A resolved', 'B firing'],
      'B is heard once A no longer inhibits it',
    );
  });

  it('groups alerts', async () => {
    const stage = await stageWith();
    await send(stage, 'POST', '/api/v2/alerts', [
      { labels: { alertname: 'A', host: 'x' } },
      { labels: { alertname: 'A', host: 'y' } },
      { labels: { alertname: 'B' } },
    ]);
    const groups =
      await stage.get<{ labels: unknown; receiver: unknown; alerts: AlertJson[] }[]>('/api/v2/alerts/groups');
    assert.deepEqual(
      groups.map((group) => [group.labels, group.receiver, group.alerts.length]),
      [
        [{ alertname: 'A' }, { name: 'hook' }, 2],
        [{ alertname: 'B' }, { name: 'hook' }, 1],
      ],
    );
  });

  it('refuses bad alerts and keeps the good ones beside them', async () => {
    const stage = await stageWith();
    const mixed = await send(stage, 'POST', '/api/v2/alerts', [
      { labels: {} },
      { labels: { alertname: 'A' } },
    ]);
    assert.equal(mixed.status, 400);
    assert.equal(await mixed.json(), 'at least one label pair required');
    assert.deepEqual(names(await stage.get('/api/v2/alerts')), ['A']);
    for (const body of [
      'no json',
      '{}',
      '[{"labels":{"a":1}}]',
      '[{"labels":{"a":"b"},"startsAt":"soon"}]',
    ]) {
      assert.equal((await send(stage, 'POST', '/api/v2/alerts', body)).status, 400, body);
    }
    assert.equal((await send(stage, 'POST', '/api/v2/alerts', '[{}]')).status, 422, 'labels are missing');
    const plain = await fetch(stage.url('/api/v2/alerts'), {
      method: 'POST',
      body: '[{"labels":{"a":"b"}}]',
    });
    assert.equal(plain.status, 415);
    for (const path of [
      '/api/v2/alerts?filter=a',
      '/api/v2/alerts?active=maybe',
      '/api/v2/alerts?receiver=(',
    ]) {
      assert.equal((await send(stage, 'GET', path)).status, 400, path);
    }
    assert.equal((await send(stage, 'GET', '/api/v2/nothing')).status, 404);
  });

  it('refuses an alert that is larger than its limits, naming what is', async () => {
    const stage = await stageWith();
    const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`l${i}`, 'x']));
    for (const [alert, refusal] of [
      [{ labels: many }, 'an alert has 129 labels; the limit is 128'],
      [
        { labels: { ['n'.repeat(1_025)]: 'x' } },
        `the label name "${'n'.repeat(40)}"... has 1025 characters; the limit is 1024`,
      ],
      [
        { labels: { alertname: 'x'.repeat(16_385) } },
        'the value of label "alertname" has 16385 characters; the limit is 16384',
      ],
      [
        { labels: { alertname: 'A' }, annotations: { summary: 'x'.repeat(65_537) } },
        'the value of annotation "summary" has 65537 characters; the limit is 65536',
      ],
    ] as const) {
      const answer = await send(stage, 'POST', '/api/v2/alerts', [alert, { labels: { alertname: 'Small' } }]);
      assert.equal(answer.status, 400);
      assert.equal(await answer.json(), refusal);
    }
    assert.deepEqual(names(await stage.get('/api/v2/alerts')), ['Small']);
    const largest = {
      labels: { alertname: 'x'.repeat(16_384) },
      annotations: { summary: 'x'.repeat(65_536) },
    };
    assert.equal((await send(stage, 'POST', '/api/v2/alerts', [largest])).status, 200);
  });

  it('silences: create, keep back, update, expire, and remember over a restart', async () => {
    const stage = await stageWith();
    const created = await send(stage, 'POST', '/api/v2/silences', silenceFor(stage, 'A'));
    const { silenceID } = (await created.json()) as { silenceID: string };
    await send(stage, 'POST', '/api/v2/alerts', [
      { labels: { alertname: 'A' }, endsAt: new Date(stage.clock.now() + 3_600_000).toISOString() },
    ]);
    await stage.clock.advance(30_000);
    assert.equal(stage.http.posted.length, 0);
    const [alert] = await stage.get<AlertJson[]>('/api/v2/alerts');
    assert.deepEqual(alert!.status, {
      state: 'suppressed',
      silencedBy: [silenceID],
      inhibitedBy: [],
      mutedBy: [],
    });

    const before = (await stage.get<SilenceJson>(`/api/v2/silence/${silenceID}`)) as SilenceJson & {
      startsAt: string;
    };
    const update = { ...silenceFor(stage, 'A', 30), startsAt: before.startsAt, id: silenceID };
    assert.deepEqual(
      await (await send(stage, 'POST', '/api/v2/silences', update)).json(),
      { silenceID },
      'a longer end is the same silence',
    );
    const other = { ...update, matchers: [{ name: 'alertname', value: 'A|B', isRegex: true }] };
    const replaced = (await (await send(stage, 'POST', '/api/v2/silences', other)).json()) as {
      silenceID: string;
    };
    assert.notEqual(replaced.silenceID, silenceID, 'other matchers are another silence');
    assert.equal((await stage.get<SilenceJson>(`/api/v2/silence/${silenceID}`)).status.state, 'expired');

    stage.abandon();
    await stage.start();
    await stage.clock.advance(30_000);
    assert.equal(stage.http.posted.length, 0, 'still silenced');
    assert.equal((await send(stage, 'DELETE', `/api/v2/silence/${replaced.silenceID}`)).status, 200);
    await stage.clock.advance(15_000);
    assert.equal(stage.http.posted.length, 1, 'and heard afterwards');
    const listed = await stage.get<SilenceJson[]>('/api/v2/silences?filter=alertname="A"');
    assert.deepEqual(
      listed.map((silence) => [silence.id, silence.status.state]),
      [[silenceID, 'expired']],
    );
  });

  it('refuses bad silences', async () => {
    const stage = await stageWith();
    const good = silenceFor(stage, 'A');
    const cases: readonly (readonly [body: unknown, status: number])[] = [
      [{ ...good, matchers: [] }, 400],
      [{ ...good, matchers: [{ name: 'a', value: '', isRegex: false }] }, 400],
      [{ ...good, matchers: [{ name: 'a', value: '(', isRegex: true }] }, 400],
      [{ ...good, endsAt: good.startsAt }, 400],
      [{ ...good, startsAt: 'now' }, 400],
      [{ ...good, id: 'unknown' }, 404],
    ];
    for (const [body, status] of cases)
      assert.equal(
        (await send(stage, 'POST', '/api/v2/silences', body)).status,
        status,
        JSON.stringify(body),
      );
    assert.equal((await send(stage, 'DELETE', '/api/v2/silence/unknown')).status, 404);
    assert.equal((await send(stage, 'GET', '/api/v2/silence/unknown')).status, 404);
  });

  it('shows status and receivers', async () => {
    const stage = await stageWith();
    const status = await stage.get<{ config: { original: string }; cluster: { status: string } }>(
      '/api/v2/status',
    );
    assert.match(status.config.original, /receiver: hook/);
    assert.equal(status.cluster.status, 'disabled');
    assert.deepEqual(await stage.get('/api/v2/receivers'), [{ name: 'hook' }, { name: 'other' }]);
  });
});

describe('the rules API', () => {
  it('shows groups, rules and alerts in the form of Prometheus', async () => {
    const stage = await stageWith();
    stage.http.results.set('up == 0', [
      { labels: labelsFromObject({ __name__: 'up', instance: 'i' }), value: 0 },
    ]);
    await stage.clock.advance(20_000);
    interface Rules {
      data: {
        groups: { name: string; interval: number; rules: Record<string, unknown>[] }[];
        groupNextToken?: string;
      };
    }
    const { data } = await stage.get<Rules>('/api/v1/rules');
    assert.deepEqual(
      data.groups.map((group) => group.name),
      ['g', 'built-in'],
    );
    const [down, record] = data.groups[0]!.rules;
    assert.deepEqual(
      [down!['name'], down!['state'], down!['health'], down!['type'], down!['duration']],
      ['Down', 'firing', 'ok', 'alerting', 0],
    );
    assert.deepEqual([record!['name'], record!['type']], ['job:up', 'recording']);
    const without = await stage.get<Rules>('/api/v1/rules?exclude_alerts=true');
    assert.equal(without.data.groups[0]!.rules[0]!['alerts'], null);
    const alerts = await stage.get<{ data: { alerts: Record<string, unknown>[] } }>('/api/v1/alerts');
    assert.deepEqual(
      alerts.data.alerts.map(({ labels, state, value }) => ({ labels, state, value })),
      [{ labels: { alertname: 'Down', instance: 'i', severity: 'page' }, state: 'firing', value: '0e+00' }],
    );
    const count = async (query: string) =>
      (await stage.get<Rules>(`/api/v1/rules?${query}`)).data.groups.flatMap((group) => group.rules).length;
    assert.equal(await count('type=record'), 1);
    assert.equal(await count('rule_name[]=Down'), 1);
    assert.equal(await count('rule_group[]=built-in'), 1);
    assert.equal(await count('match[]={severity="page"}'), 1);
    const first = await stage.get<Rules>('/api/v1/rules?group_limit=1');
    const second = await stage.get<Rules>(
      `/api/v1/rules?group_limit=1&group_next_token=${first.data.groupNextToken}`,
    );
    assert.deepEqual(
      [first.data.groups[0]!.name, second.data.groups[0]!.name, second.data.groupNextToken],
      ['g', 'built-in', undefined],
    );
    for (const bad of ['type=x', 'match[]={', 'group_limit=1&group_next_token=zz', 'group_next_token=zz']) {
      assert.equal((await send(stage, 'GET', `/api/v1/rules?${bad}`)).status, 400, bad);
    }
  });
});
