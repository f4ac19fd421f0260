import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkDashboard } from '../files/check-dashboard.ts';
import { loadDashboard } from '../files/load-dashboard.ts';
import { sectionsOf } from '../files/sections.ts';
import { importDashboard } from './import-dashboard.ts';
import { writeDashboard } from './write-dashboard.ts';

const exported = {
  title: 'Web',
  tags: ['web'],
  time: { from: 'now-6h', to: 'now' },
  templating: {
    list: [
      { name: 'ds', type: 'datasource', query: 'prometheus' },
      {
        name: 'job',
        type: 'query',
        label: 'Job',
        query: { query: 'label_values(http_requests_total, job)' },
        multi: true,
        includeAll: true,
        current: { value: ['$__all'] },
      },
      { name: 'span', type: 'interval', query: '1m,5m' },
      { name: 'quantile', type: 'custom', query: '0.5, 0.99', current: { value: '0.99' } },
    ],
  },
  annotations: { list: [{ builtIn: 1 }, { name: 'Deploys', expr: 'changes(build_info[5m]) > 0' }] },
  panels: [
    {
      type: 'stat',
      title: 'Now',
      gridPos: { x: 12, y: 0, w: 12, h: 4 },
      targets: [{ expr: 'sum(up)' }],
      options: { reduceOptions: { calcs: ['mean'] } },
    },
    {
      type: 'timeseries',
      title: 'Requests of $job',
      gridPos: { x: 0, y: 0, w: 12, h: 8 },
      repeat: 'job',
      fieldConfig: {
        defaults: { unit: 'reqps', custom: { stacking: { mode: 'normal' } } },
        overrides: [{}],
      },
      targets: [
        {
          expr: 'sum by (code) (rate(http_requests_total{job=~"$job"}[$__rate_interval]))',
          legendFormat: '{{code}}',
        },
        { expr: 'x', hide: true },
      ],
      transformations: [{ id: 'organize' }],
    },
    {
      type: 'row',
      title: 'More',
      collapsed: true,
      gridPos: { y: 9 },
      panels: [
        { type: 'text', title: 'Read me', options: { mode: 'markdown', content: '# Hello' } },
        { type: 'geomap', title: 'Map', targets: [{ expr: 'up' }] },
        {
          type: 'gauge',
          title: 'Disk',
          fieldConfig: {
            defaults: {
              unit: 'percent',
              thresholds: {
                steps: [
                  { color: 'green', value: null },
                  { color: 'red', value: 90 },
                ],
              },
            },
          },
          targets: [{ expr: '100 * disk_ratio' }],
        },
      ],
    },
  ],
};

test('what maps is taken, what does not is listed, and the result is a valid dashboard', () => {
  const { dashboard, left } = importDashboard({ dashboard: exported, meta: {} });
  const text = writeDashboard(dashboard, left);
  const loaded = loadDashboard('web.yml', text);
  assert.deepEqual(checkDashboard(loaded), []);
  const sections = sectionsOf(loaded.dashboard);
  assert.deepEqual(
    sections.map(({ title, collapsed, panels }) => [title, collapsed, panels.map(({ draw }) => draw)]),
    [
      ['', false, ['timeseries', 'stat']],
      ['More', true, ['text', 'gauge']],
    ],
  );
  const first = sections[0]?.panels[0];
  assert.ok(first?.draw === 'timeseries');
  assert.deepEqual(
    [first.title, first.width, first.unit, first.look, first.repeat],
    ['Requests of $job', 6, 'none/s', 'stacked', 'job'],
  );
  assert.deepEqual(first.queries[0], {
    expr: 'sum by (code) (rate(http_requests_total{job=~"$job"}[$window]))',
    legend: '{{code}}',
  });
  const gauge = sections[1]?.panels[1];
  assert.ok(gauge?.draw === 'gauge');
  assert.deepEqual([gauge.max, gauge.thresholds], [100, [{ value: 90, tone: 'bad' }]]);
  assert.deepEqual(
    loaded.dashboard.variables.map(({ name, values_of, all, values }) => [name, values_of, all, values]),
    [
      ['job', 'job', true, undefined],
      ['quantile', undefined, false, ['0.5', '0.99']],
    ],
  );
  assert.equal(loaded.dashboard.time.last, '6h');
  assert.equal(loaded.dashboard.annotations[0]?.title, 'Deploys');
  assert.deepEqual(left, [
    'variable ds: there is one source of data here, so none has to be chosen',
    'variable span: the page fills in a variable of this name itself',
    'panel "Requests of $job": its transformations (organize) are left out',
    'panel "Requests of $job": an override of single fields left out',
    'panel "Requests of $job": a hidden query is left out',
    'panel "Map": the kind "geomap" has no counterpart',
  ]);
});

test('files of old versions, with rows that hold their panels', () => {
  const { dashboard } = importDashboard({
    title: 'Old',
    rows: [
      {
        title: 'Row',
        collapse: true,
        panels: [
          {
            type: 'graph',
            span: 6,
            title: 'G',
            stack: true,
            yaxes: [{ format: 'ms' }],
            targets: [{ expr: 'a{b="[[c]]"}' }],
          },
        ],
      },
    ],
  });
  const [section] = loadDashboard('old.yml', writeDashboard(dashboard)).dashboard.sections;
  const panel = section?.panels[0];
  assert.ok(panel?.draw === 'timeseries');
  assert.deepEqual(
    [panel.width, panel.unit, panel.look, panel.queries],
    [6, 'milliseconds', 'stacked', [{ expr: `a{b="$\{c}"}`, legend: '' }]],
  );
});

test('what is no dashboard is refused', () => {
  for (const json of [null, 7, [], {}, { panels: 'x' }])
    assert.throws(() => importDashboard(json), /Cannot import/);
});

test('whatever is in the file, the result is a dashboard that loads', () => {
  const junk = fc.jsonValue({ maxDepth: 4 });
  const panel = fc.record(
    {
      type: fc.oneof(
        fc.constantFrom(
          'timeseries',
          'graph',
          'stat',
          'gauge',
          'table',
          'text',
          'row',
          'logs',
          'heatmap',
          '__proto__',
        ),
        junk,
      ),
      title: fc.oneof(fc.string({ unit: 'binary' }), junk),
      description: junk,
      gridPos: fc.oneof(fc.record({ x: junk, y: junk, w: fc.double(), h: fc.double() }), junk),
      repeat: fc.oneof(fc.constant('v'), junk),
      targets: fc.oneof(
        fc.array(
          fc.record({ expr: fc.string({ unit: 'binary' }), legendFormat: junk }, { requiredKeys: [] }),
        ),
        junk,
      ),
      fieldConfig: fc.oneof(
        fc.record({ defaults: fc.record({ unit: junk, min: fc.double(), max: fc.double() }) }),
        junk,
      ),
      options: junk,
      links: fc.oneof(fc.array(fc.record({ title: junk, url: fc.webUrl() })), junk),
      panels: junk,
    },
    { requiredKeys: [] },
  );
  const file = fc.record(
    {
      title: junk,
      panels: fc.array(panel),
      templating: fc.record({
        list: fc.oneof(
          fc.array(
            fc.record({
              name: fc.string(),
              type: fc.constantFrom('custom', 'query', 'textbox', 'constant'),
              query: fc.string(),
            }),
          ),
          junk,
        ),
      }),
      annotations: junk,
      links: junk,
      tags: junk,
      time: junk,
    },
    { requiredKeys: ['panels'] },
  );
  fc.assert(
    fc.property(file, (json) => {
      const { dashboard, left } = importDashboard(json);
      loadDashboard('x.yml', writeDashboard(dashboard, left));
    }),
    { numRuns: 300 },
  );
});
