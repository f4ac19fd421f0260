import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decimate } from './decimate.ts';
import { rangeText, timeTicks } from './time-ticks.ts';
import { valueAxis } from './value-axis.ts';

const labels = (values: readonly number[], unit: Parameters<typeof valueAxis>[1]) =>
  valueAxis(values, unit, 4).ticks.map(({ label }) => label);

describe('the axis of values', () => {
  it('counts in steps people know, from zero where that hides nothing', () => {
    assert.deepEqual(labels([3, 97], { kind: 'number' }), ['0', '25', '50', '75', '100']);
    assert.deepEqual(labels([0.9, 1], { kind: 'ratio' }), ['90%', '92.5%', '95%', '97.5%', '100%']);
    assert.deepEqual(labels([0, 3 * 1024 ** 3], { kind: 'bytes' }), ['0 B', '1 GiB', '2 GiB', '3 GiB']);
    assert.deepEqual(labels([0, 1_800], { kind: 'seconds' }), ['0 s', '10m', '20m', '30m']);
    assert.deepEqual(labels([5, 5], { kind: 'number' }), ['4.5', '4.75', '5', '5.25', '5.5']);
    assert.deepEqual(labels([], { kind: 'number' }), ['0', '0.25', '0.5', '0.75', '1']);
    assert.deepEqual(labels([1_000_000, 1_000_004], { kind: 'number' }), [
      '1000000',
      '1000001',
      '1000002',
      '1000003',
      '1000004',
    ]);
  });

  it('holds every value, with few ticks in order (property)', () => {
    const value = fc.double({ min: -1e299, max: 1e299, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (values, count) => {
        const { low, high, ticks } = valueAxis(values, { kind: 'number' }, count);
        assert.ok(low < high || values.every((v) => Math.abs(v) < 1e-300), `${low} ${high}`);
        for (const each of values) {
          const slack = Math.max(Math.abs(low), Math.abs(high)) * 1e-9;
          assert.ok(each >= low - slack && each <= high + slack, `${low} ${each} ${high}`);
        }
        assert.ok(ticks.length >= 2 && ticks.length <= 4 * count + 1);
        ticks.reduce((before, tick) => {
          assert.ok(tick.value >= before.value);
          return tick;
        });
      }),
    );
  });
});

describe('the ticks of time', () => {
  const HOUR_MS = 3_600_000;

  it('lie at round times of the zone, also over the change of the clock', () => {
    // In Berlin summer time ends on 25 October 2026 at 01:00 UTC.
    const fromMs = Date.UTC(2026, 9, 24, 21, 10);
    const ticks = timeTicks(fromMs, fromMs + 9 * HOUR_MS, 4, 'Europe/Berlin');
    assert.deepEqual(
      ticks.map(({ timeMs, label }) => `${new Date(timeMs).toISOString().slice(11, 16)} ${label}`),
      ['22:00 25 Oct', '02:00 03:00', '05:00 06:00'],
    );
    assert.equal(
      rangeText(fromMs, fromMs + 9 * HOUR_MS, 'Europe/Berlin'),
      '24 Oct 2026 23:10 – 25 Oct 2026 07:10 UTC+1',
    );
  });

  it('are few, in order and inside of the range (property)', () => {
    const time = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'),
        (fromMs, span, count, zone) => {
          const ticks = timeTicks(fromMs, fromMs + span, count, zone);
          assert.ok(ticks.length <= count + 2);
          ticks.reduce((before, { timeMs }) => {
            assert.ok(timeMs > before && timeMs >= fromMs && timeMs <= fromMs + span);
            return timeMs;
          }, -1);
        },
      ),
    );
  });
});

describe('decimating a line', () => {
  const options = { fromMs: 0, toMs: 1_000, columns: 20, gapMs: null, valueMax: 1e300 };

  it('keeps extremes, ends and gaps, in order, and few points (property)', () => {
    const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 1_000 }), (values) => {
        const timesMs = values.map((_, i) => i);
        const points = decimate(timesMs, values, options);
        const known = values.filter((each) => !Number.isNaN(each));
        assert.equal(points.length === 0, known.length === 0);
        const gaps = values.filter(
          (each, i) => !Number.isNaN(each) && (i === 0 || Number.isNaN(values[i - 1])),
        ).length;
        assert.equal(points.filter(({ gap }) => gap).length, gaps);
        assert.ok(points.length <= 4 * (options.columns + gaps));
        if (known.length === 0) return;
        const shown = points.map((point) => point.value);
        assert.equal(Math.max(...shown), Math.max(...known));
        assert.equal(Math.min(...shown), Math.min(...known));
        assert.equal(shown[0], known[0]);
        assert.equal(shown.at(-1), known.at(-1));
        points.reduce((before, { timeMs, value: each }) => {
          assert.ok(timeMs > before);
          assert.equal(each, values[timeMs]);
          return timeMs;
        }, -1);
      }),
    );
  });
});
