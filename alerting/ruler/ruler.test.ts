import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';

const FILES = {
  'a.rules.yml': 'groups:\n- name: g\n  rules:\n  - { alert: Down, expr: up == 0 }\n',
};
const GROUP = `# kept
name: mine
interval: 15s
rules:
  - alert: Slow   # says who
    expr: |
      latency
        > 1.0
    labels: { version: 1.10 }
`;

const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

async function started(rulerApi = true): Promise<Stage> {
  const stage = createStage(FILES);
  stages.push(stage);
  await stage.start({ rulerApi });
  return stage;
}

async function ask(stage: Stage, method: string, path: string, body?: string) {
  const answer = await fetch(stage.url(`/config/v1/rules${path}`), {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/yaml' } }),
  });
  return { status: answer.status, text: await answer.text() };
}

const rulesOf = async (stage: Stage) =>
  (
    await stage.get<{ data: { groups: { file: string; name: string; rules: { name: string }[] }[] } }>(
      '/api/v1/rules',
    )
  ).data.groups.map(({ file, name, rules }) => [
    file.split('/').at(-1),
    name,
    ...rules.map((rule) => rule.name),
  ]);

describe('the ruler API', () => {
  it('stores a group as a rule file, as it was written, and evaluates it', async () => {
    const stage = await started();
    assert.deepEqual(await ask(stage, 'GET', ''), { status: 200, text: '{}\n' });
    const posted = await ask(stage, 'POST', '/team%20a%2Fx', GROUP);
    assert.equal(posted.status, 202, posted.text);
    assert.equal(JSON.parse(posted.text).status, 'success');
    const file = readFileSync(`${stage.folder}/rules/team%20a%2Fx.yml`, 'utf8');
    assert.match(file, /^groups:\n/);
    assert.ok(
      file.includes('latency\n') && file.includes('version: 1.10') && file.includes('# says who'),
      file,
    );
    const shown = await rulesOf(stage);
    assert.ok(shown.some((group) => group.join() === 'x,mine,Slow'));
    assert.ok(shown.some((group) => group.join() === 'a.rules.yml,g,Down'));
    stage.http.results.set('latency\n  > 1.0', [{ labels: labelsFromObject({ i: 'a' }), value: 2 }]);
    await stage.clock.advance(60_000);
    const alerts = await stage.get<{ data: { alerts: { labels: Record<string, string> }[] } }>(
      '/api/v1/alerts',
    );
    assert.equal(alerts.data.alerts[0]?.labels['version'], '1.10');
  });

  it('lists, replaces and removes, and keeps all of it over a restart, also when the API is closed', async () => {
    const stage = await started();
    await ask(stage, 'POST', '/n', GROUP);
    await ask(stage, 'POST', '/n', '{"name":"other","rules":[{"record":"a:b","expr":"up"}]}');
    await ask(stage, 'POST', '/n', GROUP.replace('Slow ', 'Slower '));
    assert.match((await ask(stage, 'GET', '/n/mine')).text, /alert: Slower/);
    assert.equal(
      (await ask(stage, 'GET', '/n/other')).text.replaceAll('"', ''),
      'name: other\nrules:\n  - record: a:b\n    expr: up\n',
    );
    assert.match(
      (await ask(stage, 'GET', '')).text,
      /^n:\n {2}# kept\n {2}- name: mine.* {2}- name: "other"\n/s,
    );
    assert.equal((await ask(stage, 'GET', '/n')).status, 200);
    await stage.part.stop();
    await stage.start({ rulerApi: false });
    assert.ok((await rulesOf(stage)).some((group) => group.join() === 'n,mine,Slower'));
    assert.equal((await ask(stage, 'GET', '/n')).status, 404);
    await stage.part.stop();
    await stage.start({ rulerApi: true });
    assert.equal((await ask(stage, 'DELETE', '/n/mine')).status, 202);
    assert.equal((await ask(stage, 'DELETE', '/n/mine')).status, 404);
    assert.equal((await ask(stage, 'DELETE', '/n')).status, 202);
    assert.deepEqual(
      (await rulesOf(stage)).filter(([file]) => file === 'n'),
      [],
    );
    assert.deepEqual(await ask(stage, 'GET', ''), { status: 200, text: '{}\n' });
  });

  it('refuses what is wrong, naming the line, and changes nothing', async () => {
    const stage = await started();
    await ask(stage, 'POST', '/n', GROUP);
    const before = await ask(stage, 'GET', '');
    const cases: readonly (readonly [body: string, message: RegExp])[] = [
      ['name: x\nrules:\n  - alert: A\n    expr: sum(\n', /n:4: rule \\"A\\": expr does not parse/],
      ['---\nname: x\nrules:\n  - alert: A\n    expr: up\n    fro: 1m\n', /n:6: unknown key \\"fro\\"/],
      ['rules: []\n', /name/],
      ['name: "\n', /n:\d: Cannot read YAML/],
      ['', /error/],
      ['- a\n- b\n', /error/],
      ['\u0000', /error/],
    ];
    for (const [body, message] of cases) {
      const { status, text } = await ask(stage, 'POST', '/n', body);
      assert.equal(status, 400, `${body}: ${text}`);
      assert.match(text, message);
    }
    assert.equal((await ask(stage, 'POST', `/${'ä'.repeat(100)}`, GROUP)).status, 400);
    assert.deepEqual(await ask(stage, 'GET', ''), before);
  });

  it('takes a change back that cannot be put into force', async () => {
    const stage = await started();
    stage.write('a.rules.yml', 'groups: 5\n');
    const { status, text } = await ask(stage, 'POST', '/n', GROUP);
    assert.equal(status, 400);
    assert.match(text, /a\.rules\.yml:1/);
    assert.deepEqual(await ask(stage, 'GET', ''), { status: 200, text: '{}\n' });
  });

  it('does one change after the other', async () => {
    const stage = await started();
    const names = Array.from({ length: 20 }, (_, i) => `g${i}`);
    await Promise.all(names.map((name) => ask(stage, 'POST', '/n', GROUP.replace('mine', name))));
    const stored = (await rulesOf(stage)).filter(([file]) => file === 'n');
    assert.deepEqual(stored.map(([, name]) => name).sort(), names.sort());
  });
});
