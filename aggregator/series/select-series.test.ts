import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getLabel, type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { selectRemembered } from './remembered-selections.ts';
import { selectSeries, selectSeriesInTurns, unionInTurns } from './select-series.ts';
import { SeriesTable } from './series-table.ts';

const name = fc.constantFrom('__name__', 'job', 'zone', 'größe');
const value = fc.constantFrom('a', 'ab', 'abc', 'b', 'x.y', '');
const labelSet = fc.dictionary(name, value).map((object) => labelsFromObject(object));
const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({ kind: fc.constantFrom('=' as const, '!=' as const), name, value }),
  fc.record({
    kind: fc.constantFrom('=~' as const, '!~' as const),
    name,
    value: fc.constantFrom('a.*', 'a|b', '', '.*', '.+', 'a?', '(ab|x[.]y)', 'zzz'),
  }),
);

test('selects what a look at every series would', () => {
  fc.assert(
    fc.property(
      fc.array(labelSet, { maxLength: 60 }),
      fc.array(matcher, { maxLength: 4 }),
      (sets, matchers) => {
        const table = new SeriesTable(3);
        for (const labels of sets) table.add(labels);
        const compiled = matchers.map(compileMatcher);
        const expected: Labels[] = [];
        for (let series = 0; series < table.seriesCount; series++) {
          const labels = table.labelsOf(series);
          if (compiled.every((one) => one.matches(getLabel(labels, one.matcher.name)))) expected.push(labels);
        }
        const found = [...selectSeries(table, compiled)].map((series) => table.labelsOf(series));
        assert.deepEqual(found, expected);
      },
    ),
    { numRuns: 500 },
  );
});

const noPause = async (): Promise<void> => undefined;

test('remembers what was selected until there are more series', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(labelSet, { maxLength: 30 }),
      fc.array(fc.array(matcher, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      async (sets, selections) => {
        const tables = [new SeriesTable(3), new SeriesTable(4)];
        for (const labels of sets) {
          for (const table of tables) {
            // The second knows only some of them.
            if (table === tables[0] || labels.length > 2) table.add(labels);
            for (const matchers of selections)
              assert.deepEqual(
                [...(await selectRemembered(table, matchers, noPause))],
                [...selectSeries(table, matchers.map(compileMatcher))],
              );
          }
        }
      },
    ),
  );
});

test('lets other work go on, and finds among what was there the same as at once', async () => {
  const table = new SeriesTable(3);
  const add = (from: number, to: number): void => {
    for (let i = from; i < to; i++)
      table.add(labelsFromObject({ __name__: 'x', i: String(i), j: String(i % 7) }));
  };
  add(0, 10_000);
  const matchers = [
    { kind: '=~', name: 'i', value: '.*[13579]' },
    { kind: '!~', name: 'i', value: '.*5.*' },
    { kind: '!=', name: 'j', value: '3' },
  ] as const;
  const compiled = matchers.map(compileMatcher);
  const expected = [...selectSeries(table, compiled)];
  let pauses = 0;
  const found = await selectSeriesInTurns(table, compiled, async () => {
    pauses++;
    add(10_000 + pauses * 50, 10_050 + pauses * 50);
  });
  assert.ok(pauses >= 300, `${pauses} pauses`);
  assert.deepEqual(
    [...found].filter((series) => series < 10_000),
    expected,
  );
  assert.equal((await unionInTurns(table, [], noPause)).length, table.seriesCount);
  assert.deepEqual(
    [...(await unionInTurns(table, [compiled, compiled.slice(0, 1)], noPause))],
    [...selectSeries(table, compiled.slice(0, 1))],
  );
});

test('a label set has one number, and its own bytes and labels', () => {
  const table = new SeriesTable(3);
  const labels = labelsFromObject({ __name__: 'up', job: 'a' });
  const series = table.add(labels);
  assert.equal(table.add(labels), series);
  const key = encodeLabels(labels);
  assert.equal(table.find(key, 0, key.length), series);
  assert.deepEqual(table.keyOf(series), key);
  const other = encodeLabels(labelsFromObject({ __name__: 'up', job: 'b' }));
  assert.equal(table.find(other, 0, other.length), -1);
  assert.deepEqual(table.labelsOf(series), labels);
  assert.equal(table.add(labelsFromObject({ __name__: 'down' })), series + 1);
});
