import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { besideService, type Ran } from '../testing/beside-a-service.ts';

const FROM_MS = Date.UTC(2026, 0, 5, 20);
// Down from 23:00 to 02:00.
const command = await besideService((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const form = new URLSearchParams(body);
    const values: [number, string][] = [];
    for (let at = Number(form.get('start')); at <= Number(form.get('end')); at += Number(form.get('step'))) {
      const hour = (at * 1_000 - FROM_MS) / 3_600_000;
      if (hour >= 3 && hour < 6) values.push([at, '0']);
    }
    const result = [{ metric: { instance: 'a' }, values }];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
  });
});
const folder = mkdtempSync(join(tmpdir(), 'tocsin-backtest-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const rules = join(folder, 'r.yml');
const routing = join(folder, 'alertmanager.yml');
writeFileSync(rules, 'groups: [{ name: g, interval: 1m, rules: [{ alert: Down, expr: up == 0 }] }]');
writeFileSync(
  routing,
  "{ route: { receiver: ops, repeat_interval: 1h }, receivers: [{ name: ops, webhook_configs: [{ url: 'http://x/' }] }] }",
);

function run(...words: string[]): Promise<Ran> {
  const times = ['--from', '2026-01-05T20:00:00Z', '--to', '2026-01-07T00:00:00Z'];
  const zone = words.includes('--time-zone') ? [] : ['--time-zone', 'UTC'];
  return command('backtest', ...words, '--routing', routing, ...times, ...zone);
}

describe('tocsin backtest', () => {
  it('tells per rule and per receiver what would have happened', async () => {
    const { status, out, err } = await run(rules);
    assert.deepEqual([status, err], [0, '']);
    assert.equal(
      out,
      `2026-01-05T20:00:00.000Z to 2026-01-07T00:00:00.000Z, nights of UTC

rule  fired  only pending  in all  longest  messages
Down      1             0      3h       3h  4 to ops

receiver  messages  of something firing  repeats  at night  nights disturbed
ops              4                    3        2         3            1 of 2
`,
    );
  });

  it('says the same as JSON, and what is wrong', async () => {
    const { out } = await run(rules, '--format', 'json');
    assert.equal(JSON.parse(out).rules[0].alerts[0].labels.alertname, 'Down');
    assert.equal((await run(rules, '--step', 'never')).status, 2);
    assert.equal((await run(rules, '--time-zone', 'Mars')).status, 2);
    const missing = await run(join(folder, 'missing.yml'));
    assert.equal(missing.status, 2);
    assert.match(missing.err, /missing\.yml/);
  });
});
