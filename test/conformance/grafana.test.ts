import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAggregator } from '@tocsin/aggregator/aggregator.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { eventually } from '../stack/eventually.ts';

const NOW = Math.floor(systemClock.now() / 1_000);
const FROM = NOW - 3_600;
const EXPOSITION = `# TYPE lat histogram
# HELP lat How long it took
lat_bucket{le="0.1"} 3
lat_bucket{le="+Inf"} 4
lat_sum 2
lat_count 4
# TYPE up gauge
up{job="shop"} 1
`;

type Check = (data: ReturnType<typeof JSON.parse>) => void;

/** What Grafana's Prometheus data source sends, as its source says, and what it reads from the answer. */
const REQUESTS: readonly {
  readonly what: string;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly check: Check;
}[] = [
  {
    what: 'save & test',
    method: 'POST',
    path: '/api/v1/query',
    parameters: { query: '1+1', time: '4' },
    check: (data) => assert.deepEqual(data, { resultType: 'scalar', result: [4, '2'] }),
  },
  {
    what: 'the kind of server: no features, so no ruler',
    path: '/api/v1/status/buildinfo',
    parameters: {},
    check: (data) => {
      assert.match(data.version, /^3\.\d+\.\d+$/);
      assert.equal(data.features, undefined);
    },
  },
  {
    what: 'a panel',
    method: 'POST',
    path: '/api/v1/query_range',
    parameters: { query: 'up', start: `${FROM}.123`, end: `${NOW}.5`, step: '15.5' },
    check: ({ resultType, result: [{ metric, values }] }) => {
      assert.equal(resultType, 'matrix');
      assert.deepEqual(metric, { __name__: 'up', job: 'shop' });
      assert.equal(values.at(-1)[1], '1');
    },
  },
  {
    what: 'a table or a query variable',
    method: 'POST',
    path: '/api/v1/query',
    parameters: { query: 'sum by (le) (lat_bucket)', time: `${NOW}.25` },
    check: ({ resultType, result }) => {
      assert.equal(resultType, 'vector');
      assert.equal(result.length, 2);
    },
  },
  {
    what: 'exemplars of a panel',
    method: 'POST',
    path: '/api/v1/query_exemplars',
    parameters: { query: 'rate(lat_bucket[1m])', start: `${FROM}`, end: `${NOW}` },
    check: (data) => assert.deepEqual(data, []),
  },
  {
    what: 'label names by form',
    method: 'POST',
    path: '/api/v1/labels',
    parameters: { start: `${FROM}`, end: `${NOW}`, limit: '40000' },
    check: (data) => assert.deepEqual(data, ['__name__', 'job', 'le']),
  },
  {
    what: 'label names of a metric',
    path: '/api/v1/labels',
    parameters: { start: `${FROM}`, end: `${NOW}`, limit: '40000', 'match[]': '{__name__="up"}' },
    check: (data) => assert.deepEqual(data, ['__name__', 'job']),
  },
  {
    what: 'metric names',
    path: '/api/v1/label/__name__/values',
    parameters: { start: `${FROM}`, end: `${NOW}`, limit: '40000' },
    check: (data) => assert.deepEqual(data, ['lat_bucket', 'lat_count', 'lat_sum', 'up']),
  },
  {
    what: 'label values, the name escaped',
    path: '/api/v1/label/U__job/values',
    parameters: { start: `${FROM}`, end: `${NOW}`, 'match[]': '{__name__="up"}', limit: '40000' },
    check: (data) => assert.deepEqual(data, ['shop']),
  },
  {
    what: 'all series',
    method: 'POST',
    path: '/api/v1/series',
    parameters: { 'match[]': '{__name__!=""}', start: `${FROM}`, end: `${NOW}`, limit: '40000' },
    check: (data) => assert.equal(data.length, 5),
  },
  {
    what: 'metadata for hints and the metric explorer',
    path: '/api/v1/metadata',
    parameters: { limit: '40000' },
    check: (data) => assert.deepEqual(data.lat, [{ type: 'histogram', help: 'How long it took', unit: '' }]),
  },
  {
    what: 'rules of a data source without alerting',
    path: '/api/v1/rules',
    parameters: {},
    check: (data) => assert.deepEqual(data, { groups: [] }),
  },
  {
    what: 'alerts of a data source without alerting',
    path: '/api/v1/alerts',
    parameters: {},
    check: (data) => assert.deepEqual(data, { alerts: [] }),
  },
  {
    what: 'format query',
    path: '/api/v1/format_query',
    parameters: { query: 'sum(rate(lat_bucket[5m]))by(le)' },
    check: (data) => assert.equal(data, 'sum by (le) (rate(lat_bucket[5m]))'),
  },
];

describe("Grafana's Prometheus data source", () => {
  const random = createSeededRandom(1);
  const part = createAggregator(
    {
      clock: systemClock,
      disk: createSimulatedDisk(random),
      random,
      log: silentLog,
      registry: createMetricsRegistry('aggregator', '0'),
    },
    { listen: { host: '127.0.0.1', port: 0 }, otlpListen: null, folder: '/aggregator', retention: [] },
  );
  let base = '';

  before(async () => {
    await part.start();
    base = `http://127.0.0.1:${part.address.port}`;
    await eventually('the aggregator', async () => ((await fetch(`${base}/-/ready`)).ok ? true : undefined));
    const url = `${base}/api/v1/import/prometheus?timestamp=${(NOW - 60) * 1_000}`;
    const answer = await fetch(url, { method: 'POST', body: EXPOSITION });
    assert.ok(answer.ok, await answer.text());
  });
  after(() => part.stop());

  for (const { what, method = 'GET', path, parameters, check } of REQUESTS) {
    it(`asks for ${what}`, async () => {
      const form = new URLSearchParams(parameters);
      const headers = { 'User-Agent': 'Grafana/13.1.0', 'X-Dashboard-Uid': 'abc', 'X-Panel-Id': '1' };
      const answer =
        method === 'GET'
          ? await fetch(`${base}${path}?${form}`, { headers })
          : await fetch(base + path, { method, headers, body: form });
      const body: ReturnType<typeof JSON.parse> = await answer.json();
      assert.equal(answer.status, 200, JSON.stringify(body));
      assert.equal(body.status, 'success');
      check(body.data);
    });
  }
});
