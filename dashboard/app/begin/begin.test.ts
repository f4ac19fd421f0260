import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDashboard } from '@tocsin/dashboard/files/load-dashboard.ts';
import fc from 'fast-check';
import { begunAnswers } from '../api/begun-answers.ts';
import { queryRange } from '../api/prometheus.ts';
import { timeOfFile } from '../dashboards/time-of-file.ts';
import { wantedVariables, withVariable } from '../dashboards/wanted-variables.ts';
import { windowOf } from '../time/range.ts';
import { beginDashboard } from './begin-dashboard.ts';
import { firstQueries } from './first-queries.ts';
import { readOpenedPage } from './opened-page.ts';

const dashboardOf = (text: string) => loadDashboard('a', text).dashboard;
const shop = dashboardOf(`
title: Shop
variables: [{ name: job, values: [a, b], multi: true, default: [a, b] }]
annotations: [{ title: Deploy, expr: deploys }]
panels:
  - { draw: timeseries, queries: ['up{job=~"$job"}', { expr: down, legend: x }] }
  - { draw: text, markdown: hello }
sections:
  - title: Hidden
    collapsed: true
    panels: [{ draw: timeseries, queries: [hidden] }]
  - title: Each
    repeat: job
    panels:
      - { draw: stat, queries: ['stat{job="$job"}'] }
      - { draw: stickiness, daily: dau, monthly: mau }
`);

test('what the first panels ask comes in their order, each once, with the variables filled in', () => {
  const values = new Map([['job', ['a', 'b']]]);
  assert.deepEqual(firstQueries(shop, values, 100), [
    'deploys',
    'up{job=~"(a|b)"}',
    'down',
    'stat{job="a"}',
    '(dau) / (mau)',
    'stat{job="b"}',
  ]);
  assert.deepEqual(firstQueries(shop, values, 1), ['deploys', 'up{job=~"(a|b)"}', 'down']);
  assert.deepEqual(firstQueries(shop, values, 0), ['deploys']);
});

test('one request asks for all of it; what it answers is given to who asks the same, what fails is asked for again', async () => {
  const asked: { readonly url: string; readonly body: unknown }[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = String(input);
    asked.push({ url, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined });
    const one = (name: string) => ({
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: { name }, values: [[60, '1']] }] },
    });
    const error = { status: 'error', errorType: 'timeout', error: 'too slow' };
    return Response.json(
      url.endsWith('query_batch')
        ? { status: 'success', data: { results: [one('ALERTS'), error, one('second')] } }
        : one('alone'),
    );
  };
  try {
    const dashboard = dashboardOf(
      'title: A\npanels: [{ draw: timeseries, queries: [slow, "rate(b[$window])"] }]\n',
    );
    const nowMs = 86_400_000;
    await beginDashboard(dashboard, '?last=1h', nowMs, { width: 1000, height: 800 });
    await begunAnswers.settled();
    const window = windowOf({ kind: 'last', seconds: 3600 }, nowMs);
    const { signal } = new AbortController();
    const nameOf = async (expr: string) => (await queryRange(expr, window, signal)).lines[0]?.labels['name'];
    assert.equal(await nameOf('rate(b[60s])'), 'second');
    assert.equal(await nameOf('slow'), 'alone');
    assert.equal(await nameOf('rate(b[60s])'), 'alone', 'asked for again it is fresh');
    assert.deepEqual(asked[0]?.body, {
      start: window.fromMs / 1000,
      end: window.toMs / 1000,
      step: window.stepSeconds,
      limit: 100,
      timeout: '2000ms',
      queries: [
        { query: 'max by (alertname, severity) (ALERTS{alertstate="firing"})' },
        { query: 'slow' },
        { query: 'rate(b[60s])' },
      ],
    });
    assert.equal(asked.length, 3);
  } finally {
    globalThis.fetch = original;
    begunAnswers.clear();
  }
});

test('whatever the server wrote into the page, the page begins', () => {
  fc.assert(
    fc.property(fc.option(fc.oneof(fc.string(), fc.json()), { nil: null }), (text) => {
      const { serverMs, dashboard } = readOpenedPage(text);
      assert.equal(typeof serverMs, 'number');
      assert.ok(dashboard === undefined || typeof dashboard.text === 'string');
    }),
  );
  const told = readOpenedPage(
    JSON.stringify({
      serverMs: 5,
      dashboard: { name: 'a', text: 't', revision: 'r', dashboard: shop, faults: [] },
    }),
  );
  assert.equal(told.serverMs, 5);
  assert.equal(told.dashboard?.dashboard?.title, 'Shop');
});

test('a file says which time one begins with, unless the address does', () => {
  const time = { last: '6h', refresh: 60 } as const;
  assert.deepEqual(timeOfFile(time, ''), { range: { kind: 'last', seconds: 21_600 }, refreshSeconds: 60 });
  assert.deepEqual(timeOfFile(time, '?refresh=5'), { range: { kind: 'last', seconds: 21_600 } });
  for (const search of ['?last=1h', '?from=1&to=2']) assert.equal(timeOfFile(time, search), undefined);
  assert.equal(timeOfFile({}, ''), undefined);
});

test('the address says what variables stand for', () => {
  const search = withVariable('?last=1h&var-job=x', 'job', ['a b', '&c']);
  assert.deepEqual([...wantedVariables(search)], [['job', ['a b', '&c']]]);
  assert.match(search, /last=1h/);
});
