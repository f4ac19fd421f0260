import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourOf, faded } from '@tocsin/chart/colours/colours.ts';
import { annotationBands, bandsOf, gradeColours } from './bands.ts';

test('each unbroken run of an alert is one band', () => {
  const line = {
    name: '',
    labels: { alertname: 'A', severity: 'critical' },
    times: [15, 30, 45, 120],
    values: [1, 1, 1, 1],
  };
  assert.deepEqual(
    bandsOf([line], 15).map(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]),
    [
      [15, 60],
      [120, 135],
    ],
  );
  assert.equal(bandsOf([line], 15)[0]?.colour, gradeColours[2]);
});

test('known meanings keep their colour, the rest go round the palette', () => {
  assert.equal(colourOf('500', 0), colourOf('error', 7));
  assert.equal(colourOf('x', 0), colourOf('y', 10));
  assert.equal(faded('#102030', 0.5), '#10203080');
});

test('an annotation is where its expression is something', () => {
  const line = {
    name: '',
    labels: { version: '1.2' },
    times: [0, 15, 30, 45],
    values: [0, 1, 2, Number.NaN],
  };
  assert.deepEqual(
    annotationBands([line], 'Deploy', '{{version}}', 15).map(({ name, fromSeconds, toSeconds }) => [
      name,
      fromSeconds,
      toSeconds,
    ]),
    [['Deploy: 1.2', 15, 45]],
  );
});
