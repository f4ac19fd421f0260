import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import { DEFAULT_LIMITS } from '@tocsin/query/limits.ts';
import type { Selection } from '@tocsin/query/storage.ts';
import { MemoryStorage } from '@tocsin/query/testing/memory-storage.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createAnswerQueries } from '../shard/answer-queries.ts';
import type { WholeAnswer } from '../shard/whole-query.ts';
import { type ApiServer, emptyReader, startApiServer } from '../testing/api-server.ts';
import type { SeriesReader } from './series-reader.ts';

const NOW_MS = Date.UTC(2026, 0, 10);
const NOW = NOW_MS / 1_000;
const WIDE = 2_500;
const clock = createSimulatedClock(NOW_MS);
const memory = new MemoryStorage();
for (const instance of ['a', 'b', '"ü\n'])
  for (let t = 10; t >= 0; t--)
    memory.add(labelsFromObject({ __name__: 'up', instance }), NOW_MS - t * 15_000, t / 3);
for (let i = 0; i < WIDE; i++)
  memory.add(labelsFromObject({ __name__: 'wide', i: 'x'.repeat(400) + i }), NOW_MS - 1_000, i);
const storage = {
  async select(selection: Selection) {
    if (selection.matchers.some(({ value }) => value === 'broken')) throw new TypeError('not foreseen');
    return await memory.select(selection);
  },
};
const engine = createEngine({ clock });
const answerQueries = createAnswerQueries({
  clock,
  log: silentLog,
  engine,
  limits: DEFAULT_LIMITS,
  storageIn: () => storage,
});

/** How many queries each message asked, and how many were answered. */
let messages: [asked: number, answered: number][] = [];
const kinds = new Set<string>();
const whole: SeriesReader = {
  ...emptyReader,
  ...storage,
  async answer(asked, signal) {
    const found = structuredClone(await answerQueries(structuredClone(asked), signal));
    messages.push([asked.queries.length, found.answers.length]);
    for (const answer of found.answers) kinds.add(kindOf(answer));
    return found;
  },
};
let servers: readonly ApiServer[] = [];

before(async () => {
  const config = { batchQueriesMax: 1_000, bodyBytesMax: 100_000 };
  const common = { clock, engine };
  servers = [
    await startApiServer({ ...common, reader: whole }, config),
    await startApiServer({ ...common, reader: { ...emptyReader, ...storage } }, config),
  ];
});
after(() => {
  for (const server of servers) server.close();
});

function kindOf(answer: WholeAnswer): string {
  return typeof answer === 'string' ? 'text' : answer.kind;
}

const QUERIES: readonly Readonly<Record<string, string | number>>[] = [
  { query: 'up' },
  { query: 'up > 1e9' },
  { query: 'up', limit: 2 },
  { query: 'sum(' },
  { query: 'up + on() up' },
  { query: 'broken' },
  { query: 'wide' },
  { query: 'rate(up[1m])', start: NOW - 60, end: NOW, step: 15 },
  { query: 'wide', start: NOW, end: NOW + 2, step: 1 },
  { query: 'up[1m]' },
  { query: '1 + 1', time: 7.5 },
  { query: '"text"' },
  { query: 'up', lookback_delta: 1, time: NOW + 1 },
  { query: 'up', lookback_delta: 0.0005, time: NOW },
  { query: 'up', start: 2, end: 1, step: 1 },
  { query: 'up', time: 'yesterday' },
  { query: '' },
];

describe('queries that are answered whole', () => {
  for (const query of QUERIES)
    it(`have the answer they have in parts: ${JSON.stringify(query)}`, async () => {
      const form = new URLSearchParams({ time: String(NOW), ...mapped(query) });
      const path = query['step'] === undefined ? 'query' : 'query_range';
      const [ours, theirs] = await Promise.all(
        servers.map(async ({ url }) => {
          const response = await fetch(`${url}/api/v1/${path}?${form}`);
          return [response.status, await response.text()];
        }),
      );
      assert.deepEqual(ours, theirs);
    });

  it('have them in a batch too, in order, with few messages', async () => {
    messages = [];
    const queries = [...QUERIES, ...Array.from({ length: 600 }, (_, i) => ({ query: `up * ${i}` }))];
    const [ours, theirs] = await Promise.all(servers.map((server) => batch(server, { time: NOW, queries })));
    assert.equal(ours, theirs);
    assert.deepEqual(
      messages.map(([asked]) => asked <= 256),
      messages.map(() => true),
    );
    assert.ok(messages.length < 12, JSON.stringify(messages));
    assert.deepEqual([...kinds].sort(), ['failed', 'large', 'text']);
  });

  it('leave for later what would be too much at once', async () => {
    messages = [];
    // Each a little less than what counts as large.
    const queries = Array.from({ length: 12 }, () => ({ query: 'wide', limit: 1_900 }));
    const [ours, theirs] = await Promise.all(servers.map((server) => batch(server, { time: NOW, queries })));
    assert.equal(ours, theirs);
    assert.ok(
      messages.length > 1 && messages.every(([, answered]) => answered >= 1),
      JSON.stringify(messages),
    );
    assert.ok(messages[0]![1] < 12, JSON.stringify(messages));
  });

  it('tell what they cost when that is asked for', async () => {
    messages = [];
    const [server] = servers;
    const { data } = JSON.parse(
      await batch(server!, { time: NOW, stats: 'all', queries: [{ query: 'up' }] }),
    );
    assert.equal(data.results[0].data.stats.samples.totalQueryableSamples, 3);
    assert.deepEqual(messages, []);
  });

  it('are not begun when there is nobody left to answer', async () => {
    const gone = new AbortController();
    gone.abort(new Error('gone'));
    await assert.rejects(
      answerQueries(
        {
          queries: ['up'],
          startsMs: [NOW_MS],
          endsMs: [NOW_MS],
          stepsMs: [0],
          lookbacksMs: [-1],
          timeoutsMs: [1_000],
          limits: [0],
        },
        gone.signal,
      ),
      /gone/,
    );
  });
});

function mapped(query: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

async function batch({ url }: ApiServer, body: unknown): Promise<string> {
  const response = await fetch(`${url}/api/tocsin/v1/query_batch`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return await response.text();
}
