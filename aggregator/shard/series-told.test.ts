import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { SeriesTable } from '../series/series-table.ts';
import { keysOf, SeriesTold } from './series-told.ts';

test('every series is told of once, in order, however it came into the table', () => {
  const step = fc.record({ isDefinition: fc.boolean(), name: fc.nat(60), padding: fc.nat(40) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new SeriesTable(1);
      const heard: string[] = [];
      const told = new SeriesTold(table, (firstRef, keys) => {
        assert.equal(firstRef, heard.length);
        for (const key of keysOf(keys)) heard.push(Buffer.from(key).toString('hex'));
      });
      for (const { isDefinition, name, padding } of steps) {
        const labels = labelsFromObject({ __name__: 'x'.repeat(1 + padding), name: String(name) });
        const number = table.add(labels);
        if (isDefinition) told.add(number, encodeLabels(labels));
      }
      told.end();
      told.end();
      const expected = Array.from({ length: table.seriesCount }, (_, series) =>
        Buffer.from(table.keyOf(series)).toString('hex'),
      );
      assert.deepEqual(heard, expected);
    }),
  );
});

test('messages are bounded, and long keys fit', () => {
  const table = new SeriesTable(1);
  const sizes: number[] = [];
  const told = new SeriesTold(table, (_firstRef, { keyLengths }) => sizes.push(keyLengths.length));
  for (let i = 0; i < 25_000; i++) {
    const labels = labelsFromObject({
      __name__: 'x',
      i: String(i),
      long: i % 5_000 === 0 ? 'y'.repeat(2 ** 21) : '',
    });
    told.add(table.add(labels), encodeLabels(labels));
  }
  assert.deepEqual(sizes, [10_000, 10_000]);
  told.end();
  assert.deepEqual(sizes, [10_000, 10_000, 5_000]);
});
