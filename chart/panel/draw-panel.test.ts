import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseSvg } from '../testing/parse-svg.ts';
import { drawPanel } from './draw-panel.ts';
import { PANEL_LIMITS } from './limits.ts';
import type { Panel, PanelOptions } from './panel.ts';

const START_MS = Date.UTC(2026, 0, 2, 3);
const HOUR_MS = 3_600_000;

function panel(changes: Partial<Panel> = {}): Panel {
  return {
    title: 'Errors',
    subtitle: 'rate(errors_total[5m])',
    fromMs: START_MS,
    toMs: START_MS + HOUR_MS,
    unit: { kind: 'number' },
    series: [series('a', [1, 2, 3])],
    bands: [],
    thresholds: [],
    gapMs: null,
    emptyText: 'no data',
    ...changes,
  };
}

/** Values a minute apart. */
function series(name: string, values: readonly number[]) {
  return { name, timesMs: values.map((_, i) => START_MS + i * 60_000), values };
}

const texts = (svg: string) =>
  parseSvg(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text);
const named = (svg: string, name: string) => parseSvg(svg).filter((element) => element.name === name);

describe('a panel', () => {
  it('has a line for each series, named below with its values', () => {
    const svg = drawPanel(panel({ series: [series('a', [1, 2, 3]), series('b', [30, 10, 20])] }));
    assert.equal(named(svg, 'path').length, 2);
    const all = texts(svg);
    for (const text of ['Errors', 'rate(errors_total[5m])', '2 Jan 2026 03:00 – 04:00 UTC', '03:30'])
      assert.ok(all.includes(text), `${text} in ${all}`);
    assert.deepEqual(all.slice(all.indexOf('b')), ['b', '10', '30', '20']);
  });

  it('breaks a line at gaps, and shows a value alone between two as a dot', () => {
    const svg = drawPanel(panel({ series: [series('a', [1, 2, Number.NaN, 5, Number.NaN, 7, 8])] }));
    assert.equal(named(svg, 'path')[0]!.attributes['d']!.match(/M/g)!.length, 2);
    assert.equal(named(svg, 'circle').length, 1);
    const apart = {
      name: 'a',
      timesMs: [0, 1, 2, 30, 31].map((m) => START_MS + m * 60_000),
      values: [1, 1, 1, 1, 1],
    };
    const moves = (gapMs: number | null) =>
      named(drawPanel(panel({ gapMs, series: [apart] })), 'path')[0]!.attributes['d']!.match(/M/g)!.length;
    assert.deepEqual([moves(null), moves(120_000)], [1, 2]);
  });

  it('shades bands, also one without an end, and draws thresholds inside of the axis', () => {
    const svg = drawPanel(
      panel({
        bands: [
          {
            fromMs: START_MS - HOUR_MS,
            toMs: START_MS + HOUR_MS / 4,
            tone: 'pending',
            label: 'pending for long',
          },
          { fromMs: START_MS + HOUR_MS / 2, toMs: null, tone: 'firing', label: 'firing' },
          { fromMs: 0, toMs: 1, tone: 'neutral', label: 'out of sight' },
        ],
        thresholds: [{ value: 50, label: 'above 50' }],
      }),
    );
    const areas = named(svg, 'rect').filter(({ attributes }) => attributes['fill-opacity']);
    const plot = { left: 74, width: 554 };
    assert.deepEqual(
      areas.map(({ attributes }) => [Number(attributes['x']), Number(attributes['width'])]),
      [
        [plot.left, plot.width / 4],
        [plot.left + plot.width / 2, plot.width / 2],
      ],
    );
    assert.ok(texts(svg).includes('firing') && texts(svg).includes('above 50') && texts(svg).includes('60'));
  });

  it('says that there is nothing to show', () => {
    for (const empty of [
      panel({ series: [] }),
      panel({ series: [series('a', [Number.NaN, Number.POSITIVE_INFINITY])] }),
      panel({ fromMs: START_MS, toMs: START_MS }),
      panel({ fromMs: Number.NaN }),
    ])
      assert.ok(texts(drawPanel(empty)).includes('no data'));
    assert.ok(!texts(drawPanel(panel())).includes('no data'));
  });

  it('keeps the peak of one sample among a million, in an image of bounded size', () => {
    const count = 1_000_000;
    const timesMs = Float64Array.from({ length: count }, (_, i) => START_MS + (i * HOUR_MS) / count);
    const values = Float64Array.from({ length: count }, (_, i) => Math.sin(i));
    values[314_159] = 99;
    const svg = drawPanel(panel({ series: [{ name: 'a', timesMs, values }] }));
    assert.ok(svg.length < 60_000, `${svg.length}`);
    assert.deepEqual(texts(svg).slice(-4, -1), ['a', '-1', '99']);
  });

  it('counts what it leaves out', () => {
    const many = Array.from({ length: 200 }, (_, i) => series(`s${i}`, [i]));
    const svg = drawPanel(panel({ series: many }), { height: 400 });
    assert.equal(texts(svg).at(-1), 'and 55 more; 140 further series are not drawn');
  });

  it('cuts texts where their place ends: 10 KB, emoji, right to left, a thousand accents on one letter', () => {
    const long = [
      'x'.repeat(10_240),
      '👩‍👩‍👧'.repeat(400),
      'مرحبا '.repeat(999),
      `e${'\u0301'.repeat(10_000)}`,
    ];
    const svg = drawPanel(
      panel({ title: long[1]!, subtitle: long[0]!, series: long.map((name) => series(name, [1, 2])) }),
      { legendRows: 4 },
    );
    assert.ok(svg.length < 12_000, `${svg.length}`);
    for (const text of texts(svg)) assert.ok(text.length < 1_500 && text.isWellFormed(), text);
  });

  it('is dark, and in the zone it is told', () => {
    const options = { theme: 'dark', timeZone: 'Asia/Kolkata' } as const;
    const svg = drawPanel(panel(), options);
    assert.equal(named(svg, 'rect')[0]!.attributes['fill'], '#171b21');
    assert.ok(texts(svg).includes('2 Jan 2026 08:30 – 09:30 UTC+5:30'));
    assert.ok(texts(drawPanel(panel(), { timeZone: 'Mars/Base' })).includes('03:30'));
  });

  it('is well-formed and inside of its limits whatever it is given (fuzz)', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        '',
        ']]>',
        '"><script>',
        '&#0;',
        '\u0000',
        '\ud800',
        '\ufffe',
        '\u202e',
        'x'.repeat(9_999),
      ),
    );
    const anyNumber = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY),
      fc.integer(),
    );
    const anyTime = fc.oneof(anyNumber, fc.integer({ min: START_MS - HOUR_MS, max: START_MS + 2 * HOUR_MS }));
    const anyUnit = fc.record({
      kind: fc.constantFrom('number', 'seconds', 'bytes', 'bits', 'ratio', 'celsius', 'hertz', 'currency'),
      scale: fc.constantFrom(1, 1e-9, 86_400, 0.01),
    });
    const anyPanel: fc.Arbitrary<Panel> = fc.record({
      title: anyText,
      subtitle: anyText,
      fromMs: fc.oneof(fc.constant(START_MS), anyTime),
      toMs: fc.oneof(fc.constant(START_MS + HOUR_MS), anyTime),
      unit: anyUnit,
      series: fc.array(
        fc.record({
          name: anyText,
          timesMs: fc.array(anyTime, { maxLength: 30 }),
          values: fc.array(anyNumber, { maxLength: 30 }),
        }),
        { maxLength: 8 },
      ),
      bands: fc.array(
        fc.record({
          fromMs: anyTime,
          toMs: fc.option(anyTime),
          tone: fc.constantFrom('firing', 'pending', 'neutral'),
          label: anyText,
        }),
        { maxLength: 4 },
      ),
      thresholds: fc.array(fc.record({ value: anyNumber, label: anyText }), { maxLength: 4 }),
      gapMs: fc.option(anyNumber),
      emptyText: anyText,
    });
    const anyOptions: fc.Arbitrary<Partial<PanelOptions>> = fc.record({
      width: fc.oneof(fc.integer({ min: -5, max: 6_000 }), anyNumber),
      height: fc.oneof(fc.integer({ min: -5, max: 6_000 }), anyNumber),
      theme: fc.constantFrom('light', 'dark'),
      timeZone: fc.oneof(fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns'), anyText),
      legendRows: fc.oneof(fc.integer({ min: -1, max: 60 }), anyNumber),
    });
    fc.assert(
      fc.property(anyPanel, anyOptions, (any, options) => {
        const svg = drawPanel(any, options);
        const elements = parseSvg(svg);
        assert.equal(elements[0]!.name, 'svg');
        for (const side of ['width', 'height']) {
          const size = Number(elements[0]!.attributes[side]);
          assert.ok(size >= PANEL_LIMITS.heightMin && size <= PANEL_LIMITS.sideMax, `${side} ${size}`);
        }
        const allowed = ['svg', 'title', 'rect', 'line', 'path', 'circle', 'text'];
        for (const { name, attributes } of elements) {
          assert.ok(allowed.includes(name), name);
          for (const [key, value] of Object.entries(attributes)) {
            if (/^(x|y|[xyr][12]?|c[xy]|width|height|d|points)$/.test(key))
              assert.doesNotMatch(value, /NaN|Infinity|undefined|e[+-]?\d/, `${name} ${key}`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
