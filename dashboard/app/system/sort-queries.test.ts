import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskedQuery } from '../api/asked-queries.ts';
import { sortQueries } from './sort-queries.ts';

test('queries are sorted by when they were asked, how long they took, and how much they read', () => {
  const one = (id: number, atMs: number, tookMs: number, samples?: number) =>
    ({ id, atMs, tookMs, samples }) as AskedQuery;
  const queries = [one(1, 10, 5, 7), one(2, 20, 9), one(3, 20, 1, 9)];
  const ids = (sort: string) => sortQueries(queries, sort).map(({ id }) => id);
  assert.deepEqual(ids('newest'), [3, 2, 1]);
  assert.deepEqual(ids('slowest'), [2, 1, 3]);
  assert.deepEqual(ids('samples'), [3, 1, 2]);
  assert.deepEqual(ids('whatever'), ids('newest'));
});
