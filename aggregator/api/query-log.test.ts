import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk, type SimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { emptyReader, startApiServer } from '../testing/api-server.ts';
import { createQueryLog, type LoggedQuery } from './query-log.ts';

const NOW_MS = Date.UTC(2026, 0, 10);
const FILE = 'data/query.log';

async function setUp(slowerThanMs = 0) {
  const clock = createSimulatedClock(NOW_MS);
  const disk = createSimulatedDisk(createSeededRandom(1));
  await disk.makeFolder('data');
  let dropped = 0;
  const queryLog = createQueryLog(
    {
      clock,
      disk,
      log: silentLog,
      dropped: {
        inc(count) {
          dropped += typeof count === 'number' ? count : 1;
        },
      },
    },
    { file: FILE, slowerThanMs },
  );
  return { clock, disk, queryLog, dropped: () => dropped };
}

async function linesOf(disk: SimulatedDisk, file = FILE): Promise<ReturnType<typeof JSON.parse>[]> {
  const text = Buffer.from(await disk.readFile(file)).toString();
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

function query(text: string, tookMs = 5): LoggedQuery {
  return {
    asked: {
      kind: 'instant',
      request: { query: text, storage: emptyReader, timeMs: NOW_MS },
      stats: 'none',
      origin: {
        clientIp: '127.0.0.1',
        method: 'GET',
        path: '/api/v1/query',
        program: '',
        forwardedFor: '',
        page: '',
      },
    },
    tookMs,
    stats: {},
    error: null,
  };
}

describe('the query log', () => {
  it('has a line for each query, of whichever endpoint, with what it cost or why it failed', async () => {
    const { clock, disk, queryLog } = await setUp();
    const storage = new MemoryStorage();
    storage.add(labelsFromObject({ __name__: 'up', i: 'a' }), NOW_MS - 1_000, 1);
    storage.add(labelsFromObject({ __name__: 'up', i: 'b' }), NOW_MS - 1_000, 1);
    const server = await startApiServer({
      clock,
      engine: createEngine({ clock }),
      reader: { ...emptyReader, select: (selection) => storage.select(selection) },
      queryLog,
    });
    await fetch(`${server.url}/api/v1/query?query=up`);
    const range = new URLSearchParams({ query: 'up + on() up', start: '0', end: '60', step: '30' });
    await fetch(`${server.url}/api/v1/query_range`, { method: 'POST', body: range });
    const failing = new URLSearchParams({ query: 'up + on() up' });
    await fetch(`${server.url}/api/v1/query?${failing}`);
    for (const query of ['1', 'sum('])
      await fetch(`${server.url}/api/tocsin/v1/query_batch`, {
        method: 'POST',
        body: JSON.stringify({ queries: [{ query }] }),
      });
    await clock.advance(1_000);
    server.close();
    const lines = await linesOf(disk);
    assert.deepEqual(
      lines.map(({ params, httpRequest, error }) => [params.query, params.step, httpRequest.path, !error]),
      [
        ['up', 0, '/api/v1/query', true],
        ['up + on() up', 30, '/api/v1/query_range', true],
        ['up + on() up', 0, '/api/v1/query', false],
        ['1', 0, '/api/tocsin/v1/query_batch', true],
        ['sum(', 0, '/api/tocsin/v1/query_batch', false],
      ],
    );
    assert.deepEqual(lines[1].params, {
      query: 'up + on() up',
      start: '1970-01-01T00:00:00.000Z',
      end: '1970-01-01T00:01:00.000Z',
      step: 30,
    });
    assert.equal(lines[0].time, '2026-01-10T00:00:00.000Z');
    assert.equal(lines[0].stats.samples.totalQueryableSamples, 2);
    assert.equal(typeof lines[0].stats.timings.evalTotalTime, 'number');
    assert.equal(typeof lines[2].stats.timings.execTotalTime, 'number');
    assert.match(lines[2].error, /found duplicate series/);
    assert.equal(lines[1].httpRequest.method, 'POST');
    assert.match(lines[0].httpRequest.clientIP, /127\.0\.0\.1$/);
  });

  it('goes on in a new file when the old one is moved away, and loses nothing', async () => {
    const { clock, disk, queryLog } = await setUp();
    queryLog.record(query('first'));
    await clock.advance(1_000);
    await disk.rename(FILE, `${FILE}.1`);
    queryLog.record(query('second'));
    await queryLog.close();
    const queries = async (file: string) => (await linesOf(disk, file)).map(({ params }) => params.query);
    assert.deepEqual([await queries(`${FILE}.1`), await queries(FILE)], [['first'], ['second']]);
  });

  it('leaves out what was quick', async () => {
    const { disk, queryLog } = await setUp(1_000);
    queryLog.record(query('quick', 999));
    queryLog.record(query('slow', 1_000));
    await queryLog.close();
    assert.deepEqual(
      (await linesOf(disk)).map(({ params }) => params.query),
      ['slow'],
    );
  });

  it('drops lines rather than fill memory, or fail a query, and counts them', async () => {
    const { disk, queryLog, dropped } = await setUp();
    for (let i = 0; i < 100; i++) queryLog.record(query('x'.repeat(200_000)));
    assert.ok(dropped() > 0 && dropped() < 100, String(dropped()));
    const before = dropped();
    disk.setFreeBytes(0);
    await queryLog.close();
    assert.equal(dropped(), 100, `${before} were dropped before`);
  });
});
