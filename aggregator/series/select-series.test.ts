import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getLabel, type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { selectRemembered } from './remembered-selections.ts';
import { selectSeries } from './select-series.ts';
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

test('remembers what was selected until there are more series', () => {
  fc.assert(
    fc.property(
      fc.array(labelSet, { maxLength: 30 }),
      fc.array(fc.array(matcher, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      (sets, selections) => {
        const tables = [new SeriesTable(3), new SeriesTable(4)];
        for (const labels of sets) {
          for (const table of tables) {
            // The second knows only some of them.
            if (table === tables[0] || labels.length > 2) table.add(labels);
            for (const matchers of selections)
              assert.deepEqual(
                [...selectRemembered(table, matchers)],
                [...selectSeries(table, matchers.map(compileMatcher))],
              );
          }
        }
      },
    ),
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
