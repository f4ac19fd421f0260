import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import { DEFAULT_LIMITS } from '@tocsin/query/limits.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createAnswerQueries } from '../shard/answer-queries.ts';
import { type ApiServer, emptyReader, startApiServer } from '../testing/api-server.ts';

interface Listed {
  readonly id: number;
  readonly params: { readonly query: string };
}

const NOW_MS = Date.UTC(2026, 0, 10);

// An only owner answers queries in their words; several are asked for parts of each.
for (const owners of ['one owner', 'several owners'] as const)
  describe(`the recent queries, of ${owners}`, () => {
    const clock = createSimulatedClock(NOW_MS);
    const storage = new MemoryStorage();
    for (const i of ['a', 'b']) storage.add(labelsFromObject({ __name__: 'up', i }), NOW_MS - 1_000, 1);
    const engine = createEngine({ clock });
    const answer = createAnswerQueries({
      clock,
      log: silentLog,
      engine,
      limits: DEFAULT_LIMITS,
      storageIn: () => storage,
    });
    let server: ApiServer;
    before(async () => {
      const select = storage.select.bind(storage);
      const reader = { ...emptyReader, select, answer: owners === 'one owner' ? answer : null };
      server = await startApiServer({ clock, engine, reader });
    });
    after(() => server.close());

    const list = async (search = ''): Promise<ReturnType<typeof JSON.parse>> =>
      JSON.parse(await (await fetch(`${server.url}/api/tocsin/v1/queries${search}`)).text());

    it('tell what was asked, by whom, and what it took or why it failed', async () => {
      const headers = {
        'User-Agent': 'Grafana/12',
        'X-Forwarded-For': '10.0.0.1',
        'X-Dashboard-Uid': 'shop',
      };
      await fetch(`${server.url}/api/v1/query?query=up`, { headers });
      const range = new URLSearchParams({ query: 'up + on() up', start: '0', end: '60', step: '30' });
      await fetch(`${server.url}/api/v1/query_range`, { method: 'POST', body: range });
      const failing = new URLSearchParams({ query: 'up + on() up' });
      await fetch(`${server.url}/api/v1/query?${failing}`);
      await fetch(`${server.url}/api/tocsin/v1/query_batch`, {
        method: 'POST',
        body: JSON.stringify({ queries: [{ query: '1' }, { query: 'sum(' }] }),
        headers: { 'X-Tocsin-Page': '/dashboards/shop' },
      });
      const { status, data } = await list();
      assert.equal(status, 'success');
      assert.equal(data.since, '2026-01-10T00:00:00.000Z');
      const inOrder = data.queries.toSorted((a: Listed, b: Listed) =>
        a.params.query === b.params.query ? a.id - b.id : a.params.query < b.params.query ? 1 : -1,
      );
      assert.deepEqual(
        inOrder.map((one: ReturnType<typeof JSON.parse>) => [
          one.params.query,
          one.params.step,
          one.httpRequest.path,
          one.status,
          one.series,
          one.samples,
        ]),
        [
          ['up + on() up', 30, '/api/v1/query_range', 'success', 0, 0],
          ['up + on() up', 0, '/api/v1/query', 'error', null, null],
          ['up', 0, '/api/v1/query', 'success', 2, 2],
          ['sum(', 0, '/api/tocsin/v1/query_batch', 'error', null, null],
          ['1', 0, '/api/tocsin/v1/query_batch', 'success', 0, 0],
        ],
      );
      const [, failed, up, , batched] = inOrder;
      assert.equal(up.language, 'promql');
      assert.equal(up.time, '2026-01-10T00:00:00.000Z');
      assert.equal(typeof up.durationSeconds, 'number');
      assert.match(failed.error, /found duplicate series/);
      assert.deepEqual(
        [up.httpRequest.userAgent, up.httpRequest.forwardedFor, up.httpRequest.page],
        ['Grafana/12', '10.0.0.1', 'shop'],
      );
      assert.equal(batched.httpRequest.page, '/dashboards/shop');
    });

    it('come in the order and number asked for', async () => {
      assert.equal((await list('?limit=2')).data.queries.length, 2);
      const [most] = (await list('?order=samples')).data.queries;
      assert.equal(most.params.query, 'up');
      assert.equal((await list('?order=slowest&limit=1')).data.queries.length, 1);
      for (const order of ['quickest', 'toString', '__proto__']) {
        const { status, error } = await list(`?order=${order}`);
        assert.equal(status, 'error');
        assert.match(error, /unknown order/);
      }
    });
  });
