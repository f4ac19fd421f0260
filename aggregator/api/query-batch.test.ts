import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { type ApiServer, emptyReader, startApiServer } from '../testing/api-server.ts';

const NOW_MS = Date.UTC(2026, 0, 10);
const clock = createSimulatedClock(NOW_MS);
const storage = new MemoryStorage();
for (const instance of ['a', 'b', 'c'])
  storage.add(labelsFromObject({ __name__: 'up', instance }), NOW_MS - 1_000, 1);

let selections = 0;
/** Settles the selection of a series named `never` when its query is canceled. */
let canceled = (): void => undefined;
let server: ApiServer;

before(async () => {
  server = await startApiServer(
    {
      clock,
      reader: {
        ...emptyReader,
        select(selection, signal) {
          selections++;
          if (selection.matchers.some(({ value }) => value === 'never'))
            return new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                canceled();
                reject(signal.reason);
              });
            });
          return storage.select(selection);
        },
      },
    },
    { batchQueriesMax: 20, bodyBytesMax: 10_000 },
  );
});
after(() => server.close());

async function batch(body: unknown): Promise<[number, ReturnType<typeof JSON.parse>]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}/api/tocsin/v1/query_batch`, { method: 'POST', body: text });
  return [response.status, await response.json()];
}

async function single(path: string): Promise<unknown> {
  return await (await fetch(`${server.url}/api/v1/${path}`)).json();
}

describe('a batch of queries', () => {
  it('is answered query by query as each alone would be, in order', async () => {
    const [status, { data }] = await batch({
      time: NOW_MS / 1_000,
      queries: [
        { query: 'sum(up)' },
        { query: 'sum(' },
        { query: 'up', limit: 1 },
        { query: 'time()', start: 0.5, end: '1.5', step: 0.5 },
        { query: '1+1', time: 4, timeout: '1s', lookback_delta: null },
        { query: 'up + on() up' },
      ],
    });
    assert.equal(status, 200);
    const now = `time=${NOW_MS / 1_000}`;
    assert.deepEqual(data.results, [
      await single(`query?query=sum(up)&${now}`),
      await single(`query?query=sum(&${now}`),
      await single(`query?query=up&limit=1&${now}`),
      await single('query_range?query=time()&start=0.5&end=1.5&step=0.5'),
      await single('query?query=1%2B1&time=4'),
      await single(`query?query=up%2Bon()up&${now}`),
    ]);
    assert.deepEqual(
      data.results.map((result: { readonly status: string }) => result.status),
      ['success', 'error', 'success', 'success', 'success', 'error'],
    );
  });

  it('may be empty', async () => {
    assert.deepEqual(await batch({ queries: [] }), [200, { status: 'success', data: { results: [] } }]);
  });

  it('tells what each query cost', async () => {
    const [, { data }] = await batch({ stats: 'true', queries: [{ query: 'up' }, { query: '1' }] });
    assert.equal(data.results[0].data.stats.samples.totalQueryableSamples, 3);
    assert.equal(data.results[1].data.stats.samples.totalQueryableSamples, 0);
  });

  it('waits for its turn, which is never more of a crowd than the queue holds', async () => {
    const queries = Array.from({ length: 20 }, (_, i) => ({ query: `up * ${i}` }));
    const [, { data }] = await batch({ queries });
    for (const [i, result] of data.results.entries())
      assert.equal(result.data.result[0].value[1], String(i), JSON.stringify(result));
  });

  for (const [body, error] of [
    ['{', /^the body is not JSON: /],
    ['[]', /^the body must be an object with a list "queries"$/],
    ['{"queries":{}}', /^invalid parameter "queries": it must be a list$/],
    ['{"queries":[7]}', /^invalid parameter "queries\[0\]": it must be an object$/],
    [
      '{"queries":[{"query":"1","time":{}}]}',
      /^invalid parameter "queries\[0\]\.time": it must be a text or a number$/,
    ],
    [
      JSON.stringify({ queries: Array.from({ length: 21 }, () => ({ query: '1' })) }),
      /^invalid parameter "queries": 21 queries are more than the limit of 20$/,
    ],
    [' '.repeat(10_001), /its body exceeds 10000 bytes$/],
  ] as const) {
    it(`is refused when its body is ${body.slice(0, 40).trim() || 'too large'}`, async () => {
      const [status, answer] = await batch(body);
      assert.deepEqual([status, answer.status, answer.errorType], [400, 'error', 'bad_data']);
      assert.match(answer.error, error);
    });
  }

  it('has an answer for any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (queries) => {
        const [status, answer] = await batch({ queries });
        if (status === 200) assert.equal(answer.data.results.length, queries.length);
        else assert.deepEqual([status, answer.errorType], [400, 'bad_data']);
      }),
      { numRuns: 50 },
    );
  });

  it('is a POST', async () => {
    const response = await fetch(`${server.url}/api/tocsin/v1/query_batch`);
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
  });

  it('ends when the client hangs up: what runs is canceled, and no more is begun', async () => {
    const heard = new Promise<void>((resolve) => {
      canceled = resolve;
    });
    const before = selections;
    const queries = [{ query: 'never' }, ...Array.from({ length: 19 }, () => ({ query: 'up' }))];
    const asked = request(`${server.url}/api/tocsin/v1/query_batch`, { method: 'POST' });
    asked.on('error', () => undefined);
    asked.end(JSON.stringify({ queries }));
    while (selections === before) await new Promise((resolve) => setImmediate(resolve));
    asked.destroy();
    await heard;
    const [, { data }] = await batch({ queries: [{ query: 'up' }] });
    assert.equal(data.results[0].data.result.length, 3);
    assert.ok(selections - before < 20, 'the whole batch was evaluated');
  });
});
