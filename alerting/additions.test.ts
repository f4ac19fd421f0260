import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { httpAnswer } from './testing/fake-http.ts';
import { createStage, type Stage } from './testing/stage.case.ts';

const ROUTING = `route: { receiver: hook, group_by: [alertname, severity], group_wait: 0s, group_interval: 30s, repeat_interval: 6h }
receivers: [{ name: hook, webhook_configs: [{ url: 'http://hook/' }] }]
`;
const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function stageWith(rule: string): Promise<Stage> {
  const stage = createStage({
    'a.rules.yml': `groups:\n- name: g\n  interval: 15s\n  rules:\n  - ${rule}\n`,
    'alertmanager.yml': ROUTING,
  });
  stages.push(stage);
  await stage.start();
  return stage;
}

interface Body {
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}
const told = (stage: Stage) =>
  stage.http.posted.map(({ body }) =>
    (body as Body).alerts
      .map(({ status, labels }) => `${labels['alertname']} ${labels['severity'] ?? ''} ${status}`)
      .join(', '),
  );

function used(stage: Stage, percent: number): void {
  for (const limit of [80, 95]) {
    const samples = [{ labels: labelsFromObject({ __name__: 'used', disk: 'a' }), value: percent }];
    stage.http.results.set(`used > ${limit}`, percent > limit ? samples : []);
  }
}

describe('additions to rules', () => {
  it('tell of the highest severity only, and of the lower when that is over; also after a restart', async () => {
    const stage = await stageWith(
      '{alert: Disk, metric: used, severities: [{severity: warning, above: 80}, {severity: critical, above: 95}]}',
    );
    used(stage, 99);
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage), ['Disk critical firing'], 'not the warning that began with it');
    stage.abandon();
    await stage.start();
    await stage.clock.advance(120_000);
    assert.equal(told(stage).length, 1);
    interface Listed {
      readonly fingerprint: string;
      readonly labels: { readonly severity: string };
      readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
    }
    const listed = await stage.get<readonly Listed[]>('/api/v2/alerts');
    const critical = listed.find(({ labels }) => labels.severity === 'critical');
    const warning = listed.find(({ labels }) => labels.severity === 'warning');
    assert.deepEqual(warning?.status.inhibitedBy, [critical?.fingerprint]);
    used(stage, 90);
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage).slice(1).sort(), ['Disk critical resolved', 'Disk warning firing']);
    used(stage, 10);
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage).slice(3), ['Disk warning resolved']);
  });

  it('alert on a rule that fails, and not on an aggregator that cannot be asked', async () => {
    const stage = await stageWith('{alert: Fails, expr: a > 1, error_state: error}');
    await stage.clock.advance(60_000);
    stage.http.aggregatorDown = true;
    await stage.clock.advance(25_000);
    assert.deepEqual(told(stage), []);
    stage.http.aggregatorDown = false;
    stage.http.handler = ({ url }) =>
      url.endsWith('/query')
        ? httpAnswer(422, JSON.stringify({ status: 'error', error: 'many-to-many matching' }))
        : null;
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage), ['DatasourceError  firing']);
    stage.http.handler = () => null;
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage).slice(1), ['DatasourceError  resolved']);
  });

  it('have an urgent rule evaluated when its result changes, and not only when it is its turn', async () => {
    const stage = await stageWith(
      '{alert: Now, metric: m, above: 9, urgent: true}\n  - {alert: Later, expr: m > 9}',
    );
    await stage.clock.advance(20_000);
    const evaluations = () => stage.metric('tocsin_alerting_evaluations_total');
    const before = await evaluations();
    while ((await evaluations()) === before) await stage.clock.advance(100);
    await stage.clock.advance(1_000);
    stage.http.results.set('m > 9', [{ labels: labelsFromObject({ i: 'a' }), value: 10 }]);
    await stage.clock.advance(200);
    assert.deepEqual(told(stage), ['Now  firing']);
    stage.http.results.clear();
    await stage.clock.advance(40_000);
    assert.deepEqual(told(stage).slice(1), ['Now  resolved'], 'the other never held in its turn');
  });

  it('are shown with the rule, and a rule without any as Prometheus shows it', async () => {
    const stage = await stageWith(
      '{alert: Both, metric: m, above: 9, recovery: 7, no_data_state: alerting}\n  - {alert: Plain, expr: m > 9}',
    );
    interface Answer {
      readonly data: { readonly groups: readonly { readonly rules: readonly Record<string, unknown>[] }[] };
    }
    const { data } = await stage.get<Answer>('/api/v1/rules?rule_group[]=g');
    const [both, plain] = data.groups[0]!.rules;
    assert.equal(both?.['query'], 'm > 9');
    assert.deepEqual(both?.['additions'], { recovery: { above: '7' }, noDataState: 'alerting' });
    assert.ok(plain && !('additions' in plain));
  });
});
