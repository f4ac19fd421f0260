import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addPanel } from './add-panel.ts';
import { firstText, nameFor } from './first-text.ts';
import { readText } from './read-text.ts';

const panel = { draw: 'stat', title: 'New', queries: ['up'] };

test('a new dashboard is valid, whatever its title is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), (title) => {
      const { dashboard, faults } = readText('x', firstText(title), null);
      assert.deepEqual([dashboard?.title, faults], [title, []]);
    }),
  );
});

test('names are made of titles, and are not taken', () => {
  assert.equal(nameFor('Größe & Umsatz!', []), 'gro-e-umsatz');
  assert.equal(nameFor('Shop', ['shop', 'shop-2']), 'shop-3');
  assert.equal(nameFor('商店', []), 'dashboard');
});

test('a panel is added at the end, and what was there stays as it was written', () => {
  const text = 'title: A # mine\npanels: []\n';
  const added = addPanel(text, panel);
  assert.match(added, /^title: A # mine\n/);
  assert.equal(readText('a', added, null).dashboard?.panels.length, 1);
  const sections = addPanel(firstText('B'), panel);
  assert.equal(readText('b', sections, null).dashboard?.sections[0]?.panels.at(-1)?.title, 'New');
  assert.equal(readText('c', addPanel('title: C\n', panel), null).dashboard?.panels.length, 1);
  assert.throws(() => addPanel('a: [', panel), /broken/);
});

test('a fault of the text has its line', () => {
  const { faults } = readText('x', 'title: A\npanels:\n  - draw: stat\n    queries: ["sum("]\n', null);
  assert.equal(faults[0]?.line, 4);
  assert.match(faults[0]?.detail ?? '', /^1:5: parse error: unexpected end of input/);
});
