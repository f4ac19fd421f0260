import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShownDashboards } from './shown-dashboard.ts';

const stored = (text: string) => ({ name: 'a', text, revision: text });

test('a file comes with what it shows and what is wrong with it', () => {
  const show = createShownDashboards();
  const { dashboard, faults } = show(
    stored('title: A\npanels:\n  - { draw: timeseries, queries: ["up{job=$job}"] }\n'),
  );
  assert.equal(dashboard?.panels[0]?.draw, 'timeseries');
  assert.deepEqual(
    faults.map(({ line }) => line),
    [3, 3],
  );
  assert.equal(show(stored('title: B\n')).dashboard?.title, 'B');
});

test('what is no dashboard says where it is none', () => {
  const { dashboard, faults } = createShownDashboards()(stored('title: A\npanels: 7\n'));
  assert.equal(dashboard, null);
  assert.equal(faults[0]?.line, 2);
});

test('a text is read once, and not for ever', () => {
  const show = createShownDashboards();
  const first = show(stored('title: A\n')).dashboard;
  assert.equal(show(stored('title: A\n')).dashboard, first);
  for (let count = 0; count < 200; count++) show(stored(`title: B${count}\n`));
  assert.notEqual(show(stored('title: A\n')).dashboard, first);
});
