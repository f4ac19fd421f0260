import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { routeOf } from './route.ts';

test('the APIs go to their parts', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['/api/v1/query_range', 'aggregator', '/api/v1/query_range'],
    ['/loki/api/v1/labels', 'aggregator', '/loki/api/v1/labels'],
    ['/api/tocsin/v1/events', 'aggregator', '/api/tocsin/v1/events'],
    ['/api/v2/alerts', 'alerting', '/api/v2/alerts'],
    ['/api/oncall/v1/incidents', 'alerting', '/api/oncall/v1/incidents'],
    ['/alerting/api/tocsin/v1/notifications', 'alerting', '/api/tocsin/v1/notifications'],
    ['/alerting/config/v1/rules/page', 'alerting', '/config/v1/rules/page'],
    ['/api/v1/label/%E2%82%AC/values', 'aggregator', '/api/v1/label/%E2%82%AC/values'],
  ];
  for (const [path, upstream, target] of cases) {
    assert.deepEqual(routeOf(path), { kind: 'forward', upstream, path: target });
  }
});

test('dashboards are the dashboard’s own', () => {
  for (const path of [
    '/api/tocsin/v1/dashboards',
    '/api/tocsin/v1/dashboards/shop',
    '/api/tocsin/v1/import/grafana',
  ])
    assert.deepEqual(routeOf(path), { kind: 'own' }, path);
  assert.equal(routeOf('/api/tocsin/v1/dashboardsx').kind, 'forward');
});

test('administration and ingest are refused, however they are written', () => {
  for (const path of [
    '/api/v1/admin/tsdb/delete_series',
    '/api/v1/%61dmin/tsdb/delete_series',
    '/api/v1/ADMIN/tsdb/snapshot',
    '/api/v1/admin',
  ]) {
    assert.deepEqual(routeOf(path), { kind: 'refuse', reason: 'admin' }, path);
  }
  for (const path of [
    '/api/v1/write',
    '/api/v1/import/prometheus',
    '/api/v1/otlp/v1/metrics',
    '/loki/api/v1/push',
  ]) {
    assert.deepEqual(routeOf(path), { kind: 'refuse', reason: 'ingest' }, path);
  }
});

test('paths another server could read differently are refused', () => {
  for (const path of [
    '/api/v1/x/../admin/tsdb/snapshot',
    '/api/v1/x/%2e%2e/admin/tsdb/snapshot',
    '/api/v1/..%2fadmin/tsdb/snapshot',
    '/api/v1//admin/tsdb/snapshot',
    '/api/v1/%5cadmin',
    '/api/v1/%zz',
    '/alerting/-/reload',
    '/alerting/metrics',
  ]) {
    assert.deepEqual(routeOf(path), { kind: 'refuse', reason: 'path' }, path);
  }
});

test('everything else is the page', () => {
  for (const path of ['/', '/graph', '/assets/a.js', '/api', '/federate', '/v1/metrics']) {
    assert.deepEqual(routeOf(path), { kind: 'page' }, path);
  }
});

test('no spelling of a path reaches the admin API', () => {
  const piece = fc.constantFrom(
    '/',
    '//',
    'api',
    'v1',
    'admin',
    'ADMIN',
    '%61dmin',
    'tsdb',
    '..',
    '.',
    '%2e',
    '%2F',
    '\\',
    'x',
    'alerting',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = `/${pieces.join('/')}`.replace(/\/{3,}/g, '/');
      const route = routeOf(path);
      if (route.kind !== 'forward') return;
      const seen = new URL(`http://x${route.path}`).pathname;
      assert.doesNotMatch(decodeURIComponent(seen), /^\/+api\/+v1\/+admin/i);
    }),
  );
});
