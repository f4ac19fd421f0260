import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangeLayer, type Discovery } from './arrange.ts';
import { curatedPanels } from './curated.ts';
import { curatedHeadlines } from './curated-headlines.ts';

const curated = { panels: curatedPanels, headlines: curatedHeadlines };

const discovery = (names: Partial<Discovery['names']>): Discovery => ({
  names: { business: [], usage: [], system: [], all: [], ...names },
  metadata: new Map(),
  series: { business: [], usage: [] },
});

test('curated panels appear when all they need is there, and their metrics need no other panel', () => {
  const all = ['node_load1', 'node_load5', 'node_cpu_seconds_total', 'node_boot_time_seconds'];
  const content = arrangeLayer('system', discovery({ system: all, all }), curated);
  assert.deepEqual(
    content.gauges.map(({ id }) => id),
    ['cpu-now', 'load-now'],
  );
  assert.deepEqual(
    content.panels.map(({ id }) => id),
    ['cpu', 'load'],
  );
  assert.deepEqual(
    content.more.map(({ id }) => id),
    ['system:node_boot_time_seconds'],
  );
});

test('metrics without a layer are found under system', () => {
  const content = arrangeLayer(
    'system',
    discovery({ business: ['orders_total'], all: ['orders_total', 'queue_length'] }),
    curated,
  );
  assert.deepEqual(
    content.panels.map(({ id }) => id),
    ['system:queue_length'],
  );
  assert.equal(content.panels[0]?.queries[0]?.expr, 'sum(queue_length)');
});

test('the most telling metrics are shown, the rest on demand', () => {
  const business = ['revenue_eur_total', ...Array.from({ length: 20 }, (_, index) => `thing_${index}_total`)];
  const content = arrangeLayer('business', discovery({ business, all: business }), curated);
  assert.equal(content.headlines[0]?.title, 'Revenue');
  assert.equal(content.headlines.length, 6);
  assert.equal(content.panels.length, 12);
  assert.equal(content.more.length, 9);
});

test('every curated panel has its own name and says what it needs', () => {
  assert.equal(new Set(curatedPanels.map(({ id }) => id)).size, curatedPanels.length);
  for (const panel of curatedPanels) {
    for (const name of panel.needs)
      assert.ok(
        panel.queries.some(({ expr }) => expr.includes(name)),
        panel.id,
      );
  }
});

test('requests are summed up above the usage layer', () => {
  const all = ['http_request_duration_seconds_bucket', 'http_request_duration_seconds_count', 'logins_total'];
  const content = arrangeLayer('usage', discovery({ usage: all, all }), curated);
  assert.deepEqual(
    content.headlines.map(({ title }) => title),
    ['Requests', 'Failed requests', 'Time to answer, p95', 'Logins'],
  );
});
