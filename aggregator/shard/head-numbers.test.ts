import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import { SeriesTable } from '../series/series-table.ts';
import { HeadNumbers } from './head-numbers.ts';

test('a sealed series is found in the head once it is there, and again in another table', () => {
  const sealed: readonly Labels[] = [
    ['__name__', 'a'],
    ['__name__', 'b'],
  ];
  let asked = 0;
  const index = {
    seriesCount: sealed.length,
    labelsOf(series: number): Labels {
      asked++;
      return sealed[series]!;
    },
  };
  const numbers = new HeadNumbers();
  const table = new SeriesTable(1);
  table.add(['__name__', 'other']);
  const b = table.add(sealed[1]!);
  assert.equal(numbers.numberOf(index, table, 1), b);
  assert.equal(numbers.numberOf(index, table, 0), -1);
  const askedBefore = asked;
  assert.equal(numbers.numberOf(index, table, 1), b);
  assert.equal(numbers.numberOf(index, table, 0), -1);
  assert.equal(asked, askedBefore);
  const a = table.add(sealed[0]!);
  assert.equal(numbers.numberOf(index, table, 0), a);
  const next = new SeriesTable(2);
  assert.equal(next.add(sealed[0]!), 0);
  assert.equal(numbers.numberOf(index, next, 0), 0);
  assert.equal(numbers.numberOf(index, next, 1), -1);
});
