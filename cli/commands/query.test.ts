import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { besideService } from '../testing/beside-a-service.ts';

const HISTOGRAM = {
  count: '6',
  sum: '2.5',
  buckets: [
    [1, '-2', '-1', '1'],
    [3, '-0.5', '0.5', '2'],
    [0, '1', '2', '3'],
  ],
};
const VECTOR = {
  resultType: 'vector',
  result: [
    { metric: { __name__: 'up', job: 'a\u001b[31m' }, value: [1, '1'] },
    { metric: { __name__: 'up', job: 'b' }, value: [1, 'NaN'] },
  ],
};
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/v1/query up': VECTOR,
  '/api/v1/query h': { resultType: 'vector', result: [{ metric: {}, histogram: [1, HISTOGRAM] }] },
  '/api/v1/query none': { resultType: 'vector', result: [] },
  '/api/v1/query 1': { resultType: 'scalar', result: [1, '1'] },
  '/api/v1/query_range mixed': {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [1, '1'],
          [3, '3'],
        ],
        histograms: [[2, HISTOGRAM]],
      },
    ],
  },
};

const command = await besideService((request, response) => {
  const url = new URL(request.url ?? '', 'http://x');
  const data = ANSWERS[`${url.pathname} ${url.searchParams.get('query')}`];
  if (!data) response.writeHead(400).end('{"status":"error","error":"parse error: no"}');
  else response.end(JSON.stringify({ status: 'success', infos: ['info \u001b[0m of it'], data }));
});
const run = (...words: string[]) => command('query', ...words);

describe('tocsin query', () => {
  it('shows a table of the values, and notes aside, without control characters', async () => {
    assert.deepEqual(await run('up'), {
      status: 0,
      out: 'series                 value\nup{job="a\\u001b[31m"}      1\nup{job="b"}              NaN\n',
      err: 'info \ufffd[0m of it\n',
    });
    assert.equal((await run('1')).out, '1\n');
    assert.equal((await run('none')).out, 'no series\n');
  });

  it('shows native histograms as Prometheus writes them, in the order of time', async () => {
    const shown = '{count:6, sum:2.5, [-2,-1):1, [-0.5,0.5]:2, (1,2]:3}';
    assert.equal((await run('h')).out, `series  value\n{}      ${shown}\n`);
    const { out } = await run('mixed', '--from', '0', '--to', '3', '--format', 'table');
    assert.deepEqual(
      out.split('\n').map((line) => line.slice(8).trim()),
      [
        'time                      value',
        '1970-01-01T00:00:01.000Z  1',
        `1970-01-01T00:00:02.000Z  ${shown}`,
        '1970-01-01T00:00:03.000Z  3',
        '',
      ],
    );
    assert.match((await run('mixed', '--from', '0', '--to', '3')).out, /\n\{\} +1 +3 +3\n/);
  });

  it('hands on JSON as it came', async () => {
    assert.deepEqual(JSON.parse((await run('up', '--format', 'json')).out), {
      status: 'success',
      infos: ['info \u001b[0m of it'],
      data: VECTOR,
    });
  });

  it('says what the server refused, and what the command line lacks', async () => {
    assert.deepEqual(await run('bad'), { status: 1, out: '', err: 'tocsin: parse error: no\n' });
    assert.deepEqual((await run('up', '--format', 'chart')).status, 2);
    assert.deepEqual((await run('up', 'down')).status, 2);
  });
});
