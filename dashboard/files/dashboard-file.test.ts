import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ConfigError } from '@tocsin/runtime/config/config-error.ts';
import fc from 'fast-check';
import { checkDashboard, placeholders } from './check-dashboard.ts';
import { interpolateAddress, interpolateQuery, variablesIn } from './interpolate.ts';
import { loadDashboard } from './load-dashboard.ts';
import { formatUnit, parseUnit } from './parse-unit.ts';
import { sectionsOf } from './sections.ts';

const shop = `title: Shop
variables:
  - name: service
    values_of: service
    of: http_requests_total
panels:
  - draw: timeseries
    title: Orders of $service
    unit: EUR/min
    queries:
      - sum(rate(shop_orders_total{service=~"$service"}[$window]))
sections:
  - title: Detail
    repeat: service
    panels:
      - { draw: gauge, title: Disk, unit: ratio, queries: [disk_ratio] }
`;
const faults = (text: string, ...stored: [Parameters<typeof checkDashboard>[1]?]) =>
  checkDashboard(loadDashboard('d.yml', text), ...stored).map(({ line, detail }) => `${line}: ${detail}`);
const complaint = (text: string): string => {
  try {
    loadDashboard('d.yml', text);
    return 'accepted';
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
};

test('a dashboard is read with its defaults', () => {
  const { dashboard } = loadDashboard('d.yml', shop);
  assert.deepEqual(
    sectionsOf(dashboard).map(({ title, panels }) => [title, panels.length]),
    [
      ['', 1],
      ['Detail', 1],
    ],
  );
  assert.deepEqual(faults(shop), []);
});

test('what is misspelt is named with its line', () => {
  assert.match(
    complaint('title: A\npanles: []\n'),
    /^d\.yml:2: unknown key "panles"; did you mean "panels"\?/,
  );
  assert.match(complaint('panels: []\n'), /title is missing/);
  assert.match(
    complaint('title: A\npanels:\n  - draw: pie\n    queries: [up]\n'),
    /^d\.yml:3: panels\[0\]\.draw/,
  );
  assert.match(
    complaint('title: A\npanels:\n  - draw: stat\n    queries: [up]\n    unit: parsecs\n'),
    /^d\.yml:5: panels\[0\]\.unit: .*expected a unit/,
  );
  assert.match(
    complaint('title: A\nlinks:\n  - { title: x, url: "javascript:alert(1)" }\n'),
    /^d\.yml:3: links\[0\]\.url/,
  );
});

test('expressions, variables and repeats are checked', () => {
  assert.deepEqual(faults('title: A\npanels:\n  - draw: stat\n    queries:\n      - sum(rate(a[5m])\n'), [
    '5: 1:16: parse error: unexpected end of input in aggregation, expected "," or ")"',
  ]);
  assert.deepEqual(faults(shop.replace('"$service"', '"$servise"')), [
    '11: there is no variable $servise; did you mean service?',
  ]);
  assert.deepEqual(faults(shop.replace('repeat: service', 'repeat: host')), [
    '14: there is no variable $host',
  ]);
  assert.deepEqual(faults(shop.replace('    of: http_requests_total\n', '    values: [a]\n')), [
    '3: a variable has one of values_of, values and free: true',
  ]);
});

test('metrics and labels nobody sends are named when it is known what is stored', () => {
  const stored = {
    hasMetric: (name: string) => name !== 'disk_ratio',
    labelsOf: (name: string) => (name === 'shop_orders_total' ? new Set(['servise', 'job']) : undefined),
  };
  assert.deepEqual(faults(shop, stored), [
    '11: shop_orders_total has no label service; did you mean servise?',
    '16: no series has the metric name disk_ratio',
  ]);
});

test('variables are filled in so that no value ends the string it stands in', () => {
  const values = new Map([
    ['one', ['a"b\\c']],
    ['more', ['x.y', 'z']],
  ]);
  assert.equal(interpolateQuery('a{l="$one"}', values), 'a{l="a\\"b\\\\c"}');
  assert.equal(interpolateQuery(`a{l=~"$\{more}"}`, values), 'a{l=~"(x\\\\.y|z)"}');
  assert.equal(interpolateQuery('rate(a[$window]) $gone', values), 'rate(a[$window]) $gone');
  assert.equal(interpolateAddress('/d?x=$one', values), '/d?x=a%22b%5Cc');
  assert.deepEqual(variablesIn(`a[$window]{b="$x",c="$\{y:regex}"}`), ['x', 'y']);
});

test('stand-ins keep every position', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('$a', `$\{b}`, `$\{c:regex}`, '[', '(', ',', ' ', 'offset ', '$window', 'x')),
      (parts) => {
        const text = parts.join('');
        assert.equal(placeholders(text).length, text.length);
      },
    ),
  );
  assert.equal(placeholders('topk($n, a) offset $x'), 'topk(01, a) offset 1s');
});

test('units are read with their rates', () => {
  assert.deepEqual(parseUnit('EUR/min'), { kind: 'currency', code: 'EUR', per: 'min' });
  assert.deepEqual(parseUnit('none/s'), { kind: 'number', per: 's' });
  assert.deepEqual(parseUnit('percent'), { kind: 'ratio', scale: 0.01 });
  for (const text of ['bytes/day', 'a/b/c', 'furlong']) assert.equal(parseUnit(text), null, text);
});

test('no text makes reading or checking throw anything but a complaint', () => {
  const yaml = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.json(),
    fc
      .record({ at: fc.nat(shop.length), cut: fc.nat(20), put: fc.string() })
      .map(({ at, cut, put }) => shop.slice(0, at) + put + shop.slice(at + cut)),
  );
  fc.assert(
    fc.property(yaml, (text) => {
      try {
        for (const { line } of checkDashboard(loadDashboard('d.yml', text))) assert.ok(line >= 1);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

test('units are written as they are read', () => {
  const words =
    'none seconds milliseconds microseconds nanoseconds minutes hours days bytes kibibytes mebibytes bits ratio percent celsius hertz EUR USD eurocents';
  for (const word of words.split(' ')) {
    for (const per of ['', '/s', '/min']) {
      const unit = parseUnit(word + per);
      assert.ok(unit !== null, word);
      assert.equal(formatUnit(unit), word + per);
    }
  }
});

test('the shop’s own dashboard has no faults', async () => {
  const text = await readFile(new URL('../../examples/shop/dashboards/shop.yml', import.meta.url), 'utf8');
  assert.deepEqual(checkDashboard(loadDashboard('shop', text)), []);
});
