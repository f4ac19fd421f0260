import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { drawChart, formatValue } from './chart.ts';
import { parseTime } from './parse-time.ts';
import { formatTable } from './table.ts';

const area = { columns: 10, rows: 3, startMs: 0, endMs: 9_000 };

describe('a chart in a terminal', () => {
  it('draws a rising line from the lower left to the upper right', () => {
    const timestampsMs = Array.from({ length: 10 }, (_, i) => i * 1_000);
    const text = drawChart([{ timestampsMs, values: timestampsMs.map((t) => t / 1_000) }], area);
    const [top, , bottom, axis] = text.split('\n');
    assert.match(top!, /^ *9 ┤⠀+.*[^⠀]$/u);
    assert.match(bottom!, /^ *0 ┤[^⠀].*⠀$/u);
    assert.match(axis!, /1970-01-01 00:00/);
  });

  it('survives whatever values there are', () => {
    const line = fc.array(fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.double())).map((points) => ({
      timestampsMs: points.map(([time]) => time).sort((a, b) => a - b),
      values: points.map(([, value]) => value),
    }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), (lines) => {
        const rows = drawChart(lines, area)
          .split('\n')
          .filter((row) => row.includes('┤'));
        for (const row of rows) assert.equal([...row.slice(row.indexOf('┤') + 1)].length, area.columns);
      }),
    );
  });

  it('spans the largest and the smallest float', () => {
    const values = [-Number.MAX_VALUE, 0, Number.MAX_VALUE];
    const rows = drawChart([{ timestampsMs: [0, 4_500, 9_000], values }], area).split('\n');
    assert.match(rows[0]!, /^ 1\.80e\+308 ┤⠀.*[^⠀]$/u);
    assert.match(rows[1]!, /^ +0 ┤/);
    assert.match(rows[2]!, /^-1\.80e\+308 ┤[^⠀].*⠀$/u);
  });

  it('leaves gaps where there is no value', () => {
    const values = [1, Number.NaN, Number.NaN, 1];
    const text = drawChart([{ timestampsMs: [0, 3_000, 6_000, 9_000], values }], area);
    const dots = [...text.split('\n').find((row) => /[\u2801-\u28ff]/.test(row))!].filter((dot) =>
      /[\u2801-\u28ff]/.test(dot),
    );
    assert.equal(dots.length, 2);
    assert.equal(drawChart([{ timestampsMs: [0], values: [Number.NaN] }], area), 'no values\n');
  });

  it('keeps numbers short', () => {
    assert.deepEqual([0, 1 / 3, 12_345_678, -0.0001, Number.NaN].map(formatValue), [
      '0',
      '0.33333',
      '1.23e+7',
      '-1.00e-4',
      'NaN',
    ]);
  });
});

describe('times on the command line', () => {
  it('are now, before now, Unix seconds or dates', () => {
    const at = (text: string) => parseTime(text, 10_000_000, 'at');
    assert.equal(at('now'), 10_000_000);
    assert.equal(at('-1h'), 10_000_000 - 3_600_000);
    assert.equal(at('12.5'), 12_500);
    assert.equal(at('2026-01-31T12:00:00Z'), Date.UTC(2026, 0, 31, 12));
    assert.throws(() => at('soon'), /--at: "soon" is no time; write now, -1h/);
  });
});

it('a table has as many rows as there are', () => {
  const rows = Array.from({ length: 300_000 }, () => ['1']);
  assert.equal(formatTable(['value'], rows, new Set([0])).length, 'value\n'.length * 300_001);
});

it('a table aligns its columns', () => {
  assert.equal(
    formatTable(
      ['series', 'value'],
      [
        ['up', '1'],
        ['longer', '100'],
      ],
      new Set([1]),
    ),
    'series  value\nup          1\nlonger    100\n',
  );
});
