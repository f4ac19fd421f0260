import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type FakeProvider, startFakeProvider } from '../testing/fake-provider.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';
import type { BacktestJob } from './backtest-job.ts';
import { BadBacktest } from './backtester.ts';
import type { BacktestReport } from './report.ts';
import { createThreadBacktest } from './thread-backtest.ts';

const FROM_MS = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;
const RULES = 'groups: [{ name: g, interval: 1m, rules: [{ alert: Down, expr: up == 0, for: 2m }] }]';

/** One instance that is down from 00:10 to 00:40. */
const answer: FakeProvider['answer'] = (response, { body }) => {
  const form = new URLSearchParams(body);
  const values: [number, string][] = [];
  for (let at = Number(form.get('start')); at <= Number(form.get('end')); at += Number(form.get('step'))) {
    const minute = (at * 1_000 - FROM_MS) / 60_000;
    if (minute >= 10 && minute < 40) values.push([at, '0']);
  }
  const result = values.length === 0 ? [] : [{ metric: { instance: 'a' }, values }];
  response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
};

describe('a backtest in a thread of its own', () => {
  let aggregator: FakeProvider;
  before(async () => {
    aggregator = await startFakeProvider(answer);
  });
  after(() => aggregator.stop());
  const job = (changes: Partial<BacktestJob> = {}): BacktestJob => ({
    ruleText: RULES,
    ruleFiles: [],
    storedRulesFolder: null,
    routingFile: '/nowhere/alertmanager.yml',
    aggregatorUrl: aggregator.url,
    externalUrl: 'http://tocsin.test',
    defaultIntervalMs: 15_000,
    fromMs: FROM_MS,
    toMs: FROM_MS + 2 * HOUR_MS,
    stepMs: null,
    timeZone: 'UTC',
    ...changes,
  });
  const run = (changes: Partial<BacktestJob> = {}, signal = AbortSignal.timeout(120_000)) =>
    createThreadBacktest('a-token-of-16-bytes').run(job(changes), signal);

  it('asks the aggregator with the token and answers the report', async () => {
    const report = await run();
    assert.deepEqual(
      report.rules.map(({ name, fired, longestSeconds }) => [name, fired, longestSeconds]),
      [['Down', 1, 28 * 60]],
    );
    assert.deepEqual(
      report.messages.map(({ status }) => status),
      ['firing', 'resolved'],
    );
    assert.equal(aggregator.requests[0]!.headers.authorization, 'Bearer a-token-of-16-bytes');
  });

  it('tells the asker’s faults from others', async () => {
    await assert.rejects(
      run({ ruleText: 'groups: [{ name: g, rules: [{ alert: x, expr: "(" }] }]' }),
      (error) => {
        assert.ok(error instanceof BadBacktest);
        assert.match(error.message, /rules:1/);
        return true;
      },
    );
    await assert.rejects(run({ toMs: FROM_MS }), BadBacktest);
    await assert.rejects(run({ toMs: FROM_MS + 1e12 }), /more than 400 days/);
    await assert.rejects(run({}, AbortSignal.abort(new Error('gone'))), /gone/);
  });
});

describe('the API of backtests', () => {
  const stages: Stage[] = [];
  after(() => Promise.all(stages.map((stage) => stage.end())));

  it('takes rules as a text, or tests those in force', async () => {
    const stage = createStage({ 'a.rules.yml': RULES }, FROM_MS + HOUR_MS);
    stages.push(stage);
    stage.http.handler = async (request) => {
      if (!request.url.endsWith('/query_range')) return null;
      let text = '';
      const response = {
        end(body: string) {
          text = body;
        },
      };
      answer(response as never, { method: '', url: '', headers: {}, body: String(request.body) });
      return { status: 200, headers: {}, body: Buffer.from(text), text: () => text };
    };
    await stage.start();
    const post = async (body: unknown) => {
      const answered = await fetch(stage.url('/api/tocsin/v1/backtest'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return {
        status: answered.status,
        body: (await answered.json()) as { data: BacktestReport; error: string },
      };
    };
    const inForce = await post({ from: '2026-01-05T00:00:00Z' });
    assert.equal(inForce.status, 200, inForce.body.error);
    assert.deepEqual(
      [inForce.body.data.to, inForce.body.data.rules[0]!.fired],
      ['2026-01-05T01:00:00.000Z', 1],
    );
    const text = RULES.replace('for: 2m', 'for: 31m');
    const other = await post({ rules: text, from: FROM_MS / 1_000, to: FROM_MS / 1_000 + 7_200, step: '2m' });
    assert.deepEqual(
      other.body.data.rules.map(({ fired, dropped, interval }) => [fired, dropped, interval]),
      [[0, 1, 120]],
    );
    for (const [wrong, message] of [
      [{ rules: 'x: 1' }, /rules:1/],
      [{ from: 'soon' }, /from: /],
      [{ step: '-1m' }, /step: write a duration/],
      [{ time_zone: 'Mars' }, /time_zone: write a time zone/],
      [{ more: 1 }, /more/],
    ] as const) {
      const refused = await post(wrong);
      assert.equal(refused.status, 400);
      assert.match(refused.body.error, message);
    }
  });
});
