import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { familiesOf, type MetricMetadata } from './family.ts';
import { chooseGrouping, funnelLabel } from './grouping.ts';
import { byInterest, headlineFor, panelFor } from './panel-choice.ts';
import { titleOf } from './title.ts';

const metadata = (entries: Record<string, Partial<MetricMetadata>>) =>
  new Map(Object.entries(entries).map(([name, some]) => [name, { type: '', help: '', unit: '', ...some }]));

const family = (name: string, names: readonly string[], known = metadata({})) => {
  const found = familiesOf(names, known).find((one) => one.name === name);
  assert.ok(found, `no family ${name}`);
  return found;
};

test('the parts of a histogram are one family; bookkeeping is none', () => {
  const names = [
    'd_seconds_bucket',
    'd_seconds_sum',
    'd_seconds_count',
    'd_seconds_created',
    'up',
    'ALERTS',
    'scrape_samples_scraped',
    'target_info',
    'page_count',
  ];
  const families = familiesOf(names, metadata({}));
  assert.deepEqual(
    families.map(({ name, kind }) => [name, kind]),
    [
      ['d_seconds', 'histogram'],
      ['page_count', 'gauge'],
      ['up', 'gauge'],
    ],
  );
});

test('the metadata decides the kind, also under the name OpenMetrics gives a counter', () => {
  assert.equal(family('orders', ['orders'], metadata({ orders: { type: 'counter' } })).kind, 'counter');
  const total = family(
    'orders_total',
    ['orders_total'],
    metadata({ orders: { type: 'counter', help: 'Orders.' } }),
  );
  assert.deepEqual([total.kind, total.help], ['counter', 'Orders.']);
  assert.equal(family('lag', ['lag'], metadata({ lag: { type: 'histogram' } })).kind, 'native histogram');
  assert.equal(family('x_info', ['x_info'], metadata({ x_info: { type: 'gauge' } })).kind, 'info');
});

test('a business counter is drawn per minute, split by the label with few values', () => {
  const series = ['card', 'invoice'].map((payment) => ({
    __name__: 'orders_total',
    instance: `i${payment}`,
    payment,
  }));
  const panel = panelFor(family('orders_total', ['orders_total']), 'business', series);
  assert.equal(
    panel?.queries[0]?.expr,
    '60 * sum by (payment) (rate(orders_total{layer="business"}[$slow]))',
  );
  assert.equal(panel?.queries[0]?.legend, '{{payment}}');
  assert.deepEqual(panel?.unit, { kind: 'number', per: 'min' });
});

test('a counter with steps is a funnel and has no headline', () => {
  const series = ['cart', 'address', 'paid'].map((step) => ({ step }));
  const found = family('checkout_total', ['checkout_total']);
  assert.equal(panelFor(found, 'business', series)?.draw, 'funnel');
  assert.equal(headlineFor(found, 'business', series), undefined);
});

test('shares are averaged, levels are summed', () => {
  const ratio = panelFor(family('cache_hit_ratio', ['cache_hit_ratio']), 'usage', []);
  assert.equal(ratio?.queries[0]?.expr, 'avg(cache_hit_ratio{layer="usage"})');
  const level = panelFor(family('carts', ['carts']), 'usage', []);
  assert.equal(level?.queries[0]?.expr, 'sum(carts{layer="usage"})');
});

test('histograms are quantiles, classic and native', () => {
  const classic = panelFor(
    family('d_seconds', ['d_seconds_bucket', 'd_seconds_count', 'd_seconds_sum']),
    'usage',
    [],
  );
  assert.equal(
    classic?.queries[1]?.expr,
    'histogram_quantile(0.95, sum by (le) (rate(d_seconds_bucket{layer="usage"}[$window])))',
  );
  assert.deepEqual(
    classic?.queries.map(({ legend }) => legend),
    ['p50', 'p95', 'p99'],
  );
  const native = panelFor(family('d', ['d'], metadata({ d: { type: 'histogram', unit: 's' } })), 'usage', []);
  assert.equal(native?.queries[0]?.expr, 'histogram_quantile(0.5, sum(rate(d{layer="usage"}[$window])))');
  assert.deepEqual(native?.unit, { kind: 'seconds' });
});

test('names that are no identifiers are quoted', () => {
  const panel = panelFor(family('my.metric', ['my.metric']), 'usage', [
    { 'http.route': '/a' },
    { 'http.route': '/b' },
  ]);
  assert.equal(panel?.queries[0]?.expr, 'sum by ("http.route") ({"my.metric",layer="usage"})');
});

test('labels of origin and labels with many values are not split by', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ user: `u${index}`, instance: `i${index}` }));
  assert.equal(chooseGrouping(many), undefined);
  assert.equal(chooseGrouping([{ service_name: 'a' }, { service_name: 'b' }]), 'service_name');
  assert.equal(funnelLabel([{ step: 'one' }]), undefined);
});

test('money comes first', () => {
  const families = familiesOf(
    ['a_seconds_bucket', 'orders_total', 'revenue_eur_total', 'carts'],
    metadata({}),
  );
  assert.deepEqual(
    [...families].sort(byInterest).map(({ name }) => name),
    ['revenue_eur_total', 'orders_total', 'carts', 'a_seconds'],
  );
});

test('titles are what people say', () => {
  assert.equal(titleOf('shop_orders_total'), 'Shop orders');
  assert.equal(titleOf('http_request_duration_seconds'), 'HTTP request duration');
  assert.equal(titleOf('bytes'), 'Bytes');
  assert.equal(titleOf('payments_amount_EUR_total'), 'Payments amount');
  assert.equal(titleOf('constructor'), 'Constructor');
});

test('every set of names and label sets gives panels without throwing, and every name is in at most one family', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('a', 'a_bucket', 'a_sum', 'a_count', 'a_total', 'a_created', 'a_info'),
  );
  const labels = fc.dictionary(fc.string(), fc.string());
  fc.assert(
    fc.property(fc.array(name), fc.array(labels), (names, series) => {
      const families = familiesOf(names, new Map());
      const members = families.flatMap((one) => one.members);
      assert.equal(new Set(members).size, members.length);
      for (const one of families) panelFor(one, 'business', series);
    }),
  );
});
