import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { type Database, openDatabase } from './store/database.ts';
import { httpAnswer } from './testing/fake-http.ts';
import { createStage, type Stage } from './testing/stage.case.ts';

const RULES = `groups:
  - { name: g, interval: 15s, rules: [{ alert: Down, expr: up == 0 }] }
`;
const ROUTING = `route: { receiver: pager, group_by: [instance], group_wait: 0s, group_interval: 30s, repeat_interval: 6h }
receivers:
  - { name: pager, fallback: backup, webhook_configs: [{ url: 'http://pager/' }] }
  - { name: backup, webhook_configs: [{ url: 'http://backup/' }] }
`;
const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function stageWith(routing = ROUTING, openDatabase?: (file: string) => Database): Promise<Stage> {
  const stage = createStage({ 'a.rules.yml': RULES, 'alertmanager.yml': routing });
  stages.push(stage);
  await stage.start(openDatabase ? { openDatabase } : {});
  return stage;
}

function down(stage: Stage, ...instances: string[]): void {
  const samples = instances.map((instance) => ({ labels: labelsFromObject({ instance }), value: 0 }));
  stage.http.results.set('up == 0', samples);
}

interface Body {
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}
const told = (stage: Stage) =>
  stage.http.posted.map(({ body }) => {
    const { receiver, alerts } = body as Body;
    return `${receiver}: ${alerts.map(({ labels, status }) => `${labels['instance']} ${status}`).join(', ')}`;
  });
const answerOf = (stage: Stage, host: string, answer: () => HttpAnswer | Promise<HttpAnswer>) => {
  stage.http.handler = ({ url }) => (url.startsWith(`http://${host}/`) ? answer() : null);
};
/** When the rules are evaluated depends on the folder's name. */
async function toNextRound(stage: Stage): Promise<void> {
  const evaluations = await stage.metric('tocsin_alerting_evaluations_total');
  while ((await stage.metric('tocsin_alerting_evaluations_total')) === evaluations)
    await stage.clock.advance(100);
}
const heal = (stage: Stage) => {
  stage.http.handler = () => null;
};
const hang = () => new Promise<HttpAnswer>(() => undefined);

describe('a receiver that cannot be told', () => {
  it('hands over to its fallback once, which also hears that it is over; and is told itself when it is back', async () => {
    const stage = await stageWith();
    answerOf(stage, 'pager', () => httpAnswer(500, 'x'.repeat(2 << 20)));
    down(stage, 'a');
    await stage.clock.advance(90_000);
    assert.deepEqual(told(stage), ['backup: a firing']);
    assert.deepEqual((stage.http.posted[0]!.body as Body).groupLabels, { instance: 'a' });
    await stage.clock.advance(3_600_000);
    assert.equal(told(stage).length, 1, 'an hour of errors is one page');
    heal(stage);
    await stage.clock.advance(300_000);
    assert.deepEqual(told(stage).slice(1), ['pager: a firing']);
    down(stage);
    await stage.clock.advance(60_000);
    assert.deepEqual(told(stage).slice(2).sort(), ['backup: a resolved', 'pager: a resolved']);
  });

  it('hands over at once what it refuses for good', async () => {
    const stage = await stageWith();
    answerOf(stage, 'pager', () => httpAnswer(404, 'gone'));
    down(stage, 'a');
    await stage.clock.advance(16_000);
    assert.deepEqual(told(stage), ['backup: a firing']);
  });

  it('hands over over a restart in between, once', async () => {
    const stage = await stageWith();
    answerOf(stage, 'pager', () => httpAnswer(503, ''));
    down(stage, 'a');
    await stage.clock.advance(18_000);
    stage.abandon();
    await stage.start();
    await stage.clock.advance(120_000);
    stage.abandon();
    await stage.start();
    await stage.clock.advance(600_000);
    assert.deepEqual(told(stage), ['backup: a firing']);
  });

  it('delays no other receiver, and of its own groups few when it hangs for one', async () => {
    const stage = await stageWith();
    let hung = 0;
    stage.http.handler = ({ url, body }) =>
      url.startsWith('http://pager/') && String(body).includes('"instance":"a"') && hung++ < 100
        ? hang()
        : null;
    down(stage, 'a', 'b', 'c');
    await stage.clock.advance(16_000);
    assert.deepEqual(told(stage).sort(), ['pager: b firing', 'pager: c firing']);
    await stage.clock.advance(300_000);
    assert.ok(told(stage).includes('backup: a firing'));
  });
});

describe('messages of one group', () => {
  const ALONE = ROUTING.replace(' fallback: backup,', '').replace(
    'group_interval: 30s',
    'group_interval: 10s',
  );

  it('keep their order when an older one hangs, fails and would be tried again', async () => {
    const stage = await stageWith(ALONE);
    let isFirst = true;
    stage.http.handler = ({ url }) => {
      if (!url.startsWith('http://pager/') || !isFirst) return null;
      isFirst = false;
      return hang();
    };
    await toNextRound(stage);
    down(stage, 'a');
    await stage.clock.advance(16_000);
    down(stage);
    // The end is decided while the beginning hangs, whose attempt ends after that.
    await stage.clock.advance(600_000);
    assert.deepEqual(told(stage), ['pager: a resolved']);
  });

  it('keep it over a restart too', async () => {
    const stage = await stageWith(ALONE);
    answerOf(stage, 'pager', hang);
    await toNextRound(stage);
    down(stage, 'a');
    await stage.clock.advance(16_000);
    down(stage);
    await stage.clock.advance(28_000);
    stage.abandon();
    heal(stage);
    await stage.start();
    await stage.clock.advance(600_000);
    assert.deepEqual(told(stage), ['pager: a firing', 'pager: a resolved']);
  });
});

describe('a message that waits', () => {
  const silence = (stage: Stage) =>
    fetch(stage.url('/api/v2/silences'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'instance', value: 'a', isRegex: false, isEqual: true }],
        startsAt: new Date(stage.clock.now()).toISOString(),
        endsAt: new Date(stage.clock.now() + 3_600_000).toISOString(),
        createdBy: 'x',
        comment: 'y',
      }),
    });
  const ALONE = ROUTING.replace(' fallback: backup,', '').replace('[instance]', '[alertname]');

  it('is taken back when it is silenced, what else it told of is not', async () => {
    const stage = await stageWith(ALONE);
    answerOf(stage, 'pager', () => httpAnswer(500, ''));
    down(stage, 'a', 'b');
    await stage.clock.advance(60_000);
    assert.equal((await silence(stage)).status, 200);
    heal(stage);
    await stage.clock.advance(600_000);
    assert.deepEqual(told(stage), ['pager: b firing']);
    await stage.clock.advance(3_600_000);
    assert.deepEqual(
      told(stage).slice(1),
      ['pager: a firing, b firing'],
      'and told when the silence is over',
    );
  });

  it('goes out all the same when its receiver may have it: it would never hear of the end', async () => {
    const stage = await stageWith(ALONE);
    answerOf(stage, 'pager', hang);
    down(stage, 'a');
    await stage.clock.advance(60_000);
    await silence(stage);
    heal(stage);
    await stage.clock.advance(600_000);
    assert.deepEqual(told(stage), ['pager: a firing']);
  });
});

describe('a disk that is full', () => {
  it('is why alerting is not ready; what was sent meanwhile is not sent again, and nothing is lost', async () => {
    let full = false;
    const stage = await stageWith(ROUTING, (file) => {
      const database = openDatabase(file);
      return {
        prepare: (sql) => database.prepare(sql),
        close: () => database.close(),
        get isTransaction() {
          return database.isTransaction;
        },
        exec(sql) {
          if (full && sql === 'COMMIT') throw new Error('database or disk is full');
          database.exec(sql);
        },
      };
    });
    const ready = async () => {
      await stage.clock.advance(6_000);
      const answer = await fetch(stage.url('/-/ready'));
      return `${answer.status} ${await answer.text()}`;
    };
    assert.match(await ready(), /^200/);
    let atProvider = 0;
    stage.http.handler = ({ url }) => {
      if (!url.startsWith('http://pager/')) return null;
      atProvider++;
      // The disk fills up between the provider's acceptance and our record of it.
      full = true;
      return httpAnswer(200, 'taken');
    };
    down(stage, 'a');
    await stage.clock.advance(16_000);
    assert.match(await ready(), /^503 .*cannot record alerts: .*full/s);
    await stage.clock.advance(60_000);
    full = false;
    assert.match(await ready(), /^200/);
    await stage.clock.advance(120_000);
    assert.equal(atProvider, 1);
  });
});
