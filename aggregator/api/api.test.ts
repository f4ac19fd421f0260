import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { getLabel, type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import type { Forwarder } from '@tocsin/runtime/http/forward.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { type ApiServer, startApiServer } from '../testing/api-server.ts';
import type { SeriesRange, SeriesReader } from './series-reader.ts';

const NOW_MS = Date.UTC(2026, 0, 10);
const NOW = NOW_MS / 1_000;
const SERIES: readonly Labels[] = ['a', 'b', 'c'].map((instance) =>
  labelsFromObject({ __name__: 'up', instance, 'service.name': 'shop' }),
);
const clock = createSimulatedClock(NOW_MS);
const forwarded: string[] = [];
let lastRange: SeriesRange | null = null;
let server: ApiServer;
let url = '';

before(async () => {
  server = await startApiServer(
    {
      clock,
      reader: reader(),
      forwarder: forwarder(),
      facts: {
        version: '1.2.3',
        node: '26.0.0',
        configYaml: 'a: 1',
        flags: { x: 'y' },
        retentionText: '15d',
      },
      replay: () => ({ done: 3, total: 4 }),
    },
    { alertingUrl: 'http://alerting.test' },
  );
  ({ url } = server);
});

after(() => server.close());

describe('queries over HTTP', () => {
  it('are answered by GET and by form, URL and body together', async () => {
    const result = { resultType: 'scalar', result: [4, '2'] };
    assert.deepEqual(await get('/api/v1/query?query=1%2B1&time=4'), [
      200,
      { status: 'success', data: result },
    ]);
    assert.deepEqual(await post('/api/v1/query?time=4', 'query=1%2B1'), [
      200,
      { status: 'success', data: result },
    ]);
  });

  it('read the stored series, now unless a time is given', async () => {
    const [status, answer] = await get('/api/v1/query?query=sum(up)');
    assert.equal(status, 200);
    assert.deepEqual(answer.data.result, [{ metric: {}, value: [NOW, '3'] }]);
  });

  it('cut the result to the limit and say so', async () => {
    const [, answer] = await get('/api/v1/query?query=up&limit=1');
    assert.equal(answer.data.result.length, 1);
    assert.deepEqual(answer.warnings, ['results truncated due to limit']);
  });

  it('tell of their cost when asked, and by selector with all', async () => {
    const [, plain] = await get('/api/v1/query?query=up');
    assert.equal('stats' in plain.data, false);
    const [, some] = await get('/api/v1/query?query=up&stats=true');
    assert.equal(some.data.stats.samples.totalQueryableSamples, 3);
    assert.equal('selectors' in some.data.stats, false);
    const [, all] = await get('/api/v1/query?query=up&stats=all');
    const [{ selector, series, samples }] = all.data.stats.selectors;
    assert.deepEqual({ selector, series, samples }, { selector: '{__name__="up"}', series: 3, samples: 3 });
    const { expression, operands, read } = all.data.stats.explanation;
    assert.deepEqual([expression, operands, read.samples], ['up', [], 3]);
    assert.ok(all.data.stats.memory.peakBytes > 0);
    const { evalTotalTime, execQueueTime, execTotalTime } = all.data.stats.timings;
    assert.equal(execTotalTime, execQueueTime + evalTotalTime);
  });

  it('over a range have a point at both ends', async () => {
    const [, answer] = await get('/api/v1/query_range?query=time()&start=0.5&end=1.5&step=0.5');
    assert.deepEqual(answer.data.result[0].values, [
      [0.5, '0.5'],
      [1, '1'],
      [1.5, '1.5'],
    ]);
  });

  it('explain themselves unevaluated', async () => {
    assert.equal((await get('/api/v1/format_query?query=sum(a)by(b)'))[1].data, 'sum by (b) (a)');
    assert.equal((await post('/api/v1/parse_query', 'query=a'))[1].data.type, 'vectorSelector');
  });
});

describe('what cannot be answered', () => {
  for (const [path, error] of [
    ['query', 'invalid parameter "query": 1:1: parse error: no expression found in input'],
    [
      'query?query=1&time=x',
      `invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp`,
    ],
    ['query?query=1&limit=-1', 'invalid parameter "limit": limit must be non-negative'],
    ['query?query=1&timeout=x', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    ['query_range?query=1&end=1&step=1', 'invalid parameter "start": cannot parse "" to a valid timestamp'],
    ['query_range?query=1&start=0&end=1', 'invalid parameter "step": cannot parse "" to a valid duration'],
    [
      'query_range?query=1&start=1&end=0&step=1',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      'query_range?query=1&start=0&end=1&step=-1',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      'query_range?query=a[1m]&start=0&end=1&step=1',
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    ['series', 'no match[] parameter provided'],
    ['series?match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
    ['query_exemplars?query=a&start=2&end=1', 'end timestamp must not be before start timestamp'],
    ['status/tsdb?limit=0', 'limit must be a positive number'],
  ] as const) {
    it(`${path} is bad data`, async () => {
      assert.deepEqual(await get(`/api/v1/${path}`), [
        400,
        { status: 'error', errorType: 'bad_data', error },
      ]);
    });
  }

  it('is refused with 422 when the evaluation fails', async () => {
    const [status, answer] = await get('/api/v1/query?query=up%2Bon()up');
    assert.equal(status, 422);
    assert.equal(answer.errorType, 'execution');
  });

  it('is refused with 422, naming the limit and the query, when it has too many points', async () => {
    const form = 'query=up&start=0&end=11002&step=1';
    const error =
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX); the query: up';
    for (const answer of [await get(`/api/v1/query_range?${form}`), await post('/api/v1/query_range', form)])
      assert.deepEqual(answer, [422, { status: 'error', errorType: 'execution', error }]);
    assert.equal((await post('/api/v1/query_range', form.replace('11002', '10999')))[0], 200);
  });

  it('includes bytes that are no UTF-8, on every way they come', async () => {
    const refusal = (name: string) => `invalid parameter "${name}": it is not UTF-8`;
    assert.equal((await get('/api/v1/query?query=%22%ff%22'))[1].error, refusal('query'));
    assert.equal((await get('/api/v1/series?match%5B%5D=up%7Ba=%22%C3%22%7D'))[1].error, refusal('match[]'));
    assert.equal((await post('/api/v1/query', 'time=1&query=%22%ed%a0%80%22'))[1].error, refusal('query'));
    const body = Buffer.concat([Buffer.from('query="'), Buffer.from([0xff]), Buffer.from('"')]);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    assert.equal((await fetch(`${url}/api/v1/query`, { method: 'POST', headers, body })).status, 400);
    const [, replaced] = await get('/api/v1/query?query=%22%ef%bf%bd+100%%22');
    assert.equal(replaced.data.result[1], '\ufffd 100%');
  });

  it('names the methods that are allowed', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/api/v1/query', 'GET, POST'],
      ['POST', '/api/v1/label/job/values', 'GET'],
      ['GET', '/api/v1/admin/tsdb/snapshot', 'POST, PUT'],
      ['POST', '/api/v1/rules', 'GET'],
    ] as const) {
      const response = await fetch(url + path, { method });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, allow], path);
    }
  });

  it('tells OPTIONS the methods, and no foreign page that it may use them', async () => {
    const response = await fetch(`${url}/api/v1/query`, { method: 'OPTIONS' });
    assert.deepEqual([response.status, response.headers.get('allow')], [204, 'OPTIONS, GET, POST']);
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  });

  it('answers HEAD as GET without a body', async () => {
    const response = await fetch(`${url}/api/v1/query?query=1`, { method: 'HEAD' });
    assert.deepEqual([response.status, await response.text()], [200, '']);
  });

  it('includes forms that are too large', async () => {
    const [status, answer] = await post('/api/v1/query', `query=${'1'.repeat(2_000)}`);
    assert.equal(status, 400);
    assert.equal(answer.errorType, 'bad_data');
  });

  it('includes administration that is off, and paths of others', async () => {
    const [status, answer] = await post('/api/v1/admin/tsdb/delete_series', '');
    assert.deepEqual([status, answer.errorType], [503, 'unavailable']);
    assert.equal((await fetch(`${url}/api/v1/nothing`)).status, 404);
  });
});

describe('series and labels over HTTP', () => {
  it('are sorted and limited', async () => {
    const [, series] = await post('/api/v1/series', 'match[]=up&limit=2');
    assert.deepEqual(
      series.data.map(({ instance }: { readonly instance: string }) => instance),
      ['a', 'b'],
    );
    assert.deepEqual(series.warnings, ['results truncated due to limit']);
    const [, labels] = await get('/api/v1/labels');
    assert.deepEqual(labels.data, ['__name__', 'instance', 'service.name']);
  });

  it('take label names of any characters', async () => {
    for (const name of ['U__service_2e_name', 'service.name'])
      assert.deepEqual((await get(`/api/v1/label/${name}/values`))[1].data, ['shop'], name);
  });

  it('are asked for within times', async () => {
    await get('/api/v1/series?match[]=up&start=1.5&end=2026-01-10T00:00:00Z');
    assert.deepEqual([lastRange?.startMs, lastRange?.endMs], [1_500, NOW_MS]);
  });

  it('have metadata', async () => {
    assert.deepEqual((await get('/api/v1/metadata?limit=1'))[1].data, {
      up: [{ type: 'gauge', help: 'Whether it is up', unit: '' }],
    });
    assert.deepEqual((await get('/api/v1/metadata?limit=0'))[1].data, {});
    for (const all of ['limit=-1', 'limit_per_metric=-1', 'limit_per_metric=0'])
      assert.deepEqual(Object.keys((await get(`/api/v1/metadata?${all}`))[1].data), ['up', 'down'], all);
    assert.deepEqual((await get('/api/v1/targets/metadata?match_target=%7Bjob="a"%7D'))[1].data, []);
    const [status, answer] = await get('/api/v1/targets/metadata?match_target=%7B');
    assert.deepEqual([status, answer.errorType], [400, 'bad_data']);
    assert.match(answer.error, /^invalid parameter "match_target": 1:2: parse error/);
  });
});

describe('federation', () => {
  it('has the newest sample of what is asked for, nothing when nothing is, and names what is wrong', async () => {
    const page = await fetch(`${url}/federate?match[]=up{instance="a"}&match[]=up{instance="b"}`);
    const text = await page.text();
    assert.equal(page.status, 200);
    assert.match(
      text,
      /^# HELP up Whether it is up\n# TYPE up gauge\nup\{.*instance="a".*\} 1 \d+\nup\{.*"b"/,
    );
    assert.equal(await (await fetch(`${url}/federate`)).text(), '');
    assert.equal((await fetch(`${url}/federate?match[]=up{`)).status, 400);
  });
});

describe('status over HTTP', () => {
  it('tells version, progress and statistics in the form of Prometheus', async () => {
    const [, version] = await get('/version');
    assert.deepEqual((await get('/api/v1/status/buildinfo'))[1].data, version);
    assert.equal('features' in version, false, 'Grafana would take it for Mimir');
    assert.deepEqual((await get('/api/v1/status/walreplay'))[1].data, { min: 0, max: 4, current: 3 });
    assert.deepEqual((await get('/api/v1/status/tsdb?limit=1'))[1].data.seriesCountByMetricName, [
      { name: 'up', value: 3 },
    ]);
    assert.deepEqual((await get('/api/v1/status/tsdb/blocks'))[1].data, { blocks: [] });
    assert.deepEqual((await get('/api/v1/notifications'))[1].data, []);
  });

  it('asks alerting for rules, and has no targets without an agent', async () => {
    assert.deepEqual(await get('/api/v1/rules?type=alert'), [200, { from: 'another part' }]);
    assert.deepEqual(forwarded, ['http://alerting.test/api/v1/rules?type=alert']);
    assert.deepEqual((await get('/api/v1/targets'))[1].data.activeTargets, []);
    assert.deepEqual((await get('/api/v1/scrape_pools'))[1].data, { scrapePools: [] });
  });
});

function reader(): SeriesReader {
  const storage = new MemoryStorage();
  for (const labels of SERIES) storage.add(labels, NOW_MS - 1_000, 1);
  const none = { chunkCount: 0, minTimeMs: null, maxTimeMs: null, valuesByLabel: [], seriesByLabelPair: [] };
  const metadata = (type: 'gauge' | 'counter', metric: string, help: string) => ({
    metric,
    type,
    help,
    unit: '',
  });
  return {
    answer: null,
    select: (selection) => storage.select(selection),
    async findSeries(range) {
      lastRange = range;
      return SERIES.toReversed();
    },
    labelNames: async () => ['__name__', 'instance', 'service.name'],
    labelValues: async (name) => [...new Set(SERIES.map((labels) => getLabel(labels, name)))].sort(),
    metadata: () =>
      new Map([
        ['up', [metadata('gauge', 'up', 'Whether it is up')]],
        ['down', [metadata('counter', 'down', '')]],
      ]),
    exemplars: async () => [],
    writes: () => 0,
    statistics: async () => ({
      ...none,
      ...{ labelPairs: 2, refusedByLimit: new Map([['series' as const, 4]]), seriesBySender: [] },
      limits: { series: 3, series_per_metric: 3, series_per_sender: 3, values_per_label: 3 },
      refusedSeries: [{ limit: 'series', name: '', count: 4 }],
      seriesCount: 3,
      bytesByLabel: [],
      seriesByMetric: [
        { name: 'up', count: 3 },
        { name: 'down', count: 1 },
      ],
    }),
  };
}

function forwarder(): Forwarder {
  return {
    async forward(_request, response, target) {
      forwarded.push(target.url);
      response.end(JSON.stringify({ from: 'another part' }));
      return { kind: 'answered', status: 200 };
    },
    close: () => undefined,
  };
}

async function get(path: string) {
  return await answerOf(await fetch(url + path));
}

async function post(path: string, form: string) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return await answerOf(await fetch(url + path, { method: 'POST', headers, body: form }));
}

// The shapes are what the tests are about.
async function answerOf(response: Response): Promise<[status: number, body: ReturnType<typeof JSON.parse>]> {
  return [response.status, await response.json()];
}
