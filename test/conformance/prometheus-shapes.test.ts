import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { eventually } from '../stack/eventually.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { checkShape } from './check-shape.ts';
import { answerShape, DATA_SHAPES, ERROR_SHAPE } from './prometheus-shapes.ts';

const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;
const NOW = NOW_MS / 1_000;
const SPAN = `start=${NOW - 300}&end=${NOW}`;

const RULES = `
groups:
  - name: shapes
    interval: 1s
    rules:
      - record: shapes:up
        expr: shapes_up
        labels: { by: rule }
      - record: shapes:none
        expr: shapes_none
      - alert: ShapeIsUp
        expr: shapes_up == 1
        labels: { severity: none }
        annotations: { summary: It is up. }
      - alert: ShapeWaits
        expr: shapes_up == 1
        for: 1h
      - alert: ShapeFails
        expr: shapes_up + on() group_left() shapes_many
`;

const ASKED: readonly (readonly [path: string, shape: keyof typeof DATA_SHAPES, hasSome?: string])[] = [
  ['/api/v1/query?query=1', 'query'],
  ['/api/v1/query?query="text"', 'query'],
  ['/api/v1/query?query=shapes_up', 'query', '"value"'],
  ['/api/v1/query?query=shapes_up[5m]', 'query', '"values"'],
  ['/api/v1/query?query=shapes_native', 'query', '"histogram"'],
  ['/api/v1/query?query=shapes_native[5m]', 'query', '"histograms"'],
  ['/api/v1/query?query=shapes_changing[5m]', 'query', '"histograms"'],
  ['/api/v1/query?query=shapes_up&stats=true', 'query', '"peakSamples"'],
  ['/api/v1/query?query=sum(shapes_up)&stats=all', 'query', '"explanation"'],
  ['/api/v1/query?query=nothing', 'query'],
  ['/api/v1/query?query=rate(shapes_up[5m])', 'query', '"infos"'],
  ['/api/v1/query?query=shapes_many&limit=1', 'query', '"warnings"'],
  [`/api/v1/query_range?query=shapes_up&${SPAN}&step=15`, 'query', '"values"'],
  [`/api/v1/query_range?query=shapes_native&${SPAN}&step=15`, 'query', '"histograms"'],
  [`/api/v1/query_range?query=shapes_changing&${SPAN}&step=15&stats=all`, 'query', '"histograms"'],
  [`/api/v1/query_range?query=1&${SPAN}&step=15`, 'query'],
  [`/api/v1/query_exemplars?query=shapes_up&${SPAN}`, 'exemplars', '"seriesLabels"'],
  ['/api/v1/format_query?query=sum(a)', 'text'],
  ['/api/v1/parse_query?query=sum(a)', 'anything'],
  ['/api/v1/labels', 'texts', '"job"'],
  ['/api/v1/label/job/values', 'texts', '"shapes"'],
  ['/api/v1/series?match[]=shapes_up', 'series', '"shapes_up"'],
  ['/api/v1/metadata', 'metadata', '"counter"'],
  ['/api/v1/targets/metadata', 'targetMetadata'],
  ['/api/v1/targets', 'targets', '"scrapeUrl"'],
  ['/api/v1/scrape_pools', 'scrapePools', '"own"'],
  ['/api/v1/rules', 'rules', '"alerting"'],
  ['/api/v1/rules?group_limit=1', 'rules'],
  ['/api/v1/alerts', 'alerts', '"firing"'],
  ['/api/v1/alertmanagers', 'alertmanagers'],
  ['/api/v1/status/config', 'config'],
  ['/api/v1/status/runtimeinfo', 'runtimeInfo'],
  ['/api/v1/status/buildinfo', 'buildInfo'],
  ['/api/v1/status/flags', 'flags'],
  ['/api/v1/status/tsdb', 'tsdb', '"value"'],
  ['/api/v1/status/tsdb/blocks', 'blocks'],
  ['/api/v1/status/walreplay', 'walReplay'],
  ['/api/v1/notifications', 'notifications'],
  ['/api/v1/features', 'features', '"promql_functions"'],
];

const REFUSED: readonly (readonly [path: string, status: number])[] = [
  ['/api/v1/query?query=sum(', 400],
  ['/api/v1/query?query=1&time=x', 400],
  ['/api/v1/query_range?query=1&start=1&end=0&step=1', 400],
  ['/api/v1/query?query=shapes_many%2Bon()shapes_many', 422],
  ['/api/v1/series', 400],
  ['/api/v1/label/%ff/values', 400],
  ['/api/v1/rules?type=x', 400],
];

async function write(aggregatorUrl: string): Promise<void> {
  const native = {
    schema: 0,
    counterReset: 'unknown',
    zeroThreshold: 1e-128,
    zeroCount: 1,
    count: 6,
    sum: 9,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveBuckets: [2, 3],
    negativeSpans: [],
    negativeBuckets: [],
    customBounds: [],
  } as const;
  const timestampsMs = Float64Array.of(NOW_MS - 60_000, NOW_MS - 1_000);
  const values = Float64Array.of(1, 1);
  const labels = (name: string, more = {}) => labelsFromObject({ __name__: name, job: 'shapes', ...more });
  const body = encodeWriteRequestV1([
    {
      labels: labels('shapes_up'),
      timestampsMs,
      values,
      exemplars: [{ labels: labelsFromObject({ trace_id: 'a' }), value: 1, timestampMs: NOW_MS - 1_000 }],
    },
    { labels: labels('shapes_many', { i: 'a' }), timestampsMs, values },
    { labels: labels('shapes_many', { i: 'b' }), timestampsMs, values },
    { labels: labels('shapes_native'), timestampsMs, values, histograms: [native, native] },
    { labels: labels('shapes_changing'), timestampsMs, values, histograms: [native, null] },
  ]);
  const answer = await fetch(`${aggregatorUrl}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' },
    body: Buffer.from(encodeSnappy(body)),
  });
  assert.ok(answer.ok, await answer.text());
}

describe('what the Prometheus API answers has the shape that Prometheus publishes', {
  timeout: 120_000,
}, () => {
  let stack: Stack;

  before(async () => {
    stack = await startStack({
      files: {
        'tocsin.yaml':
          'rules: [rules.yml]\nscrape_configs:\n  - job_name: own\n    scrape_interval: 1s\n    static_configs: [{ targets: ["127.0.0.1:1"] }]\n',
        'rules.yml': RULES,
      },
    });
    await write(stack.urls.aggregator);
    for (const [path, text] of [
      ['/api/v1/alerts', '"firing"'],
      ['/api/v1/rules', '"lastError"'],
      ['/api/v1/targets', '"down"'],
      ['/api/v1/metadata', '"counter"'],
    ] as const)
      await eventually(`${text} at ${path}`, async () =>
        (await (await fetch(stack.urls.aggregator + path)).text()).includes(text) ? true : undefined,
      );
  });
  after(async () => await stack?.remove());

  for (const [path, shape, hasSome] of ASKED) {
    it(path.replace(/\d{10}/g, 'T'), async () => {
      const response = await fetch(stack.urls.aggregator + path);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.match(String(response.headers.get('content-type')), /^application\/json/);
      assert.deepEqual(checkShape(JSON.parse(text), answerShape(DATA_SHAPES[shape])), []);
      if (hasSome !== undefined) assert.ok(text.includes(hasSome), `it says too little: ${text}`);
    });
  }

  for (const [path, status] of REFUSED) {
    it(`${path} is refused`, async () => {
      const response = await fetch(stack.urls.aggregator + path);
      const text = await response.text();
      assert.equal(response.status, status, text);
      assert.deepEqual(checkShape(JSON.parse(text), ERROR_SHAPE), []);
    });
  }
});

describe('the check of shapes', () => {
  const shape = answerShape(DATA_SHAPES.query);
  const good = {
    status: 'success',
    data: { resultType: 'vector', result: [{ metric: {}, value: [1, '1'] }] },
  };

  it('takes what is right', () => assert.deepEqual(checkShape(good, shape), []));

  for (const [what, bad] of [
    ['a field too many', { ...good, more: 1 }],
    ['a field too few', { status: 'success' }],
    ['a number for a text', { ...good, data: { resultType: 'scalar', result: [1, 1] } }],
    ['another kind of result', { ...good, data: { resultType: 'matrix', result: good.data.result } }],
    ['null', { ...good, data: { resultType: 'vector', result: null } }],
    [
      'a label that is no text',
      { ...good, data: { resultType: 'vector', result: [{ metric: { a: 1 }, value: [1, '1'] }] } },
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.notDeepEqual(checkShape(bad, shape), []));
  }
});
