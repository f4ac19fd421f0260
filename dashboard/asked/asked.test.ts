import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAskedLog } from './asked-log.ts';
import type { AskedQuery } from './asked-query.ts';
import { isQuestion, readQuestion } from './read-question.ts';

test('a question is read from an address, a form and a batch', () => {
  const range = { fromMs: 60_000, toMs: 120_000, stepSeconds: 15 };
  const moment = { fromMs: null, toMs: null, stepSeconds: null };
  const one = { language: 'PromQL', query: 'up', others: 0 };
  assert.deepEqual(readQuestion('/api/v1/query', '?query=up&time=5', ''), { ...one, ...moment });
  assert.deepEqual(readQuestion('/api/v1/query_range', '?query=up&start=60&end=120&step=15', ''), {
    ...one,
    ...range,
  });
  assert.deepEqual(
    readQuestion('/api/v1/query_range', '', 'query=up&start=1970-01-01T00:01:00Z&end=120.0&step=15s'),
    { ...one, ...range },
  );
  assert.deepEqual(readQuestion('/loki/api/v1/query_range', '?query={a="b"}&start=1700000000000000000', ''), {
    language: 'LogQL',
    query: '{a="b"}',
    others: 0,
    ...moment,
    fromMs: 1_700_000_000_000,
  });
  const batch = { start: 60, end: 120, step: 15, queries: [{ query: 'up' }, { query: 'down' }] };
  assert.deepEqual(readQuestion('/api/tocsin/v1/query_batch', '', JSON.stringify(batch)), {
    ...one,
    others: 1,
    ...range,
  });
});

test('other requests are no questions, and what cannot be read is empty', () => {
  for (const path of ['/api/v1/labels', '/api/v1/write', 'toString', ''])
    assert.equal(isQuestion(path), false);
  fc.assert(
    fc.property(
      fc.constantFrom('/api/v1/query', '/api/tocsin/v1/query_batch', '/loki/api/v1/query_range'),
      fc.string(),
      fc.oneof(fc.string(), fc.json()),
      (path, search, body) => {
        const { query, fromMs, toMs, others } = readQuestion(path, search, body);
        assert.equal(typeof query, 'string');
        assert.ok(others >= 0);
        for (const ms of [fromMs, toMs]) assert.ok(ms === null || Number.isSafeInteger(ms));
      },
    ),
  );
});

const asked = (id: number, atMs: number, tookMs: number): AskedQuery => ({
  id,
  atMs,
  tookMs,
  isRunning: false,
  status: 200,
  bytes: 0,
  client: '',
  page: '',
  program: '',
  language: 'PromQL',
  query: 'up',
  others: 0,
  fromMs: null,
  toMs: null,
  stepSeconds: null,
});

test('the newest and the slowest are kept, each once, and never more', () => {
  const limits = { newestMax: 5, slowestMax: 3, slowestMs: 1000 };
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 50 })), { maxLength: 60 }), (steps) => {
      const log = createAskedLog(limits);
      const all: AskedQuery[] = [];
      let nowMs = 0;
      for (const [id, [passMs, tookMs]] of steps.entries()) {
        nowMs += passMs;
        const query = asked(id, nowMs, tookMs);
        all.push(query);
        log.add(query);
        const listed = log.list(nowMs);
        assert.equal(new Set(listed).size, listed.length);
        assert.ok(listed.length <= limits.newestMax + limits.slowestMax);
        for (const one of all.slice(-limits.newestMax)) assert.ok(listed.includes(one));
        const young = all.filter(({ atMs }) => nowMs - atMs <= limits.slowestMs);
        assert.ok(listed.some((one) => one.tookMs === Math.max(...young.map((other) => other.tookMs))));
        assert.deepEqual(
          listed.map(({ atMs }) => atMs),
          listed.map(({ atMs }) => atMs).sort((a, b) => b - a),
        );
      }
    }),
  );
});
