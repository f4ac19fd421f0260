import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addHistograms, scaleHistogram, subtractHistograms } from './arithmetic.ts';
import { ascendingBuckets, spansOf, spellOut, upperBound } from './buckets.ts';
import { detectReset } from './counter-reset.ts';
import { equalHistograms } from './equal.ts';
import type { Histogram } from './histogram.ts';
import { histogramFraction, histogramQuantile } from './quantile.ts';
import { trimHistogram } from './trim.ts';

const side = fc.uniqueArray(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 50 })), {
  maxLength: 8,
  selector: ([index]) => index,
});

/** No populated bucket lies within the zero bucket; one may be cut by it. */
function outside(buckets: readonly (readonly [number, number])[], schema: number, zeroThreshold: number) {
  const kept = buckets
    .filter(([index]) => upperBound(schema, index - 1) >= zeroThreshold)
    .sort((a, b) => a[0] - b[0]);
  return { spans: spansOf(kept.map(([index]) => index)), counts: kept.map(([, count]) => count) };
}

const anyHistogram = fc
  .record({
    schema: fc.integer({ min: -2, max: 4 }),
    positives: side,
    negatives: side,
    zeroCount: fc.integer({ min: 0, max: 9 }),
    zeroThreshold: fc.constantFrom(0, 1e-9, 2 ** -10, 0.5),
  })
  .map(({ schema, positives, negatives, zeroCount, zeroThreshold }): Histogram => {
    const positive = outside(positives, schema, zeroThreshold);
    const negative = outside(negatives, schema, zeroThreshold);
    const count = [...positive.counts, ...negative.counts].reduce((a, b) => a + b, zeroCount);
    return {
      schema,
      counterReset: 'unknown',
      zeroThreshold,
      zeroCount,
      count,
      sum: count * 1.5,
      positiveSpans: positive.spans,
      positiveBuckets: positive.counts,
      negativeSpans: negative.spans,
      negativeBuckets: negative.counts,
      customBounds: [],
    };
  });

const total = (histogram: Histogram): number =>
  [...histogram.positiveBuckets, ...histogram.negativeBuckets].reduce((a, b) => a + b, histogram.zeroCount);

const near = (a: number, b: number): void =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b)), `${a} and ${b}`);

describe('histograms', () => {
  it('spell their spans out and back', () => {
    fc.assert(
      fc.property(anyHistogram, ({ positiveSpans, positiveBuckets }) => {
        const { indexes, counts } = spellOut(positiveSpans, positiveBuckets);
        assert.deepEqual(spellOut(spansOf(indexes), counts), { indexes, counts });
      }),
    );
  });

  it('add without losing an observation, in either order', () => {
    fc.assert(
      fc.property(anyHistogram, anyHistogram, (a, b) => {
        const sum = addHistograms(a, b)!.histogram;
        assert.equal(sum.count, a.count + b.count);
        assert.equal(total(sum), sum.count);
        assert.ok(equalHistograms(sum, addHistograms(b, a)!.histogram));
      }),
    );
  });

  it('are reset when observations go, and not when some are added', () => {
    fc.assert(
      fc.property(anyHistogram, anyHistogram, (a, b) => {
        const sum = addHistograms(a, b)!.histogram;
        assert.equal(detectReset(sum, a), false);
        if (b.count > 0) assert.equal(detectReset(a, { ...sum, schema: a.schema }), true);
      }),
    );
  });

  it('come to nothing when subtracted from themselves', () => {
    fc.assert(
      fc.property(anyHistogram, (a) => {
        const nothing = subtractHistograms(a, a)!.histogram;
        assert.equal(nothing.count, 0);
        assert.equal(total(nothing), 0);
        near(scaleHistogram(a, 2).count, 2 * a.count);
      }),
    );
  });

  it('have quantiles that rise, and lie in populated buckets', () => {
    fc.assert(
      fc.property(
        anyHistogram,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (h, p, q) => {
          if (h.count === 0) return;
          const [low, high] = p <= q ? [p, q] : [q, p];
          const lower = histogramQuantile(h, low).value;
          const upper = histogramQuantile(h, high).value;
          assert.ok(lower <= upper + 1e-9 * Math.abs(upper), `${lower} above ${upper}`);
          const buckets = ascendingBuckets(h);
          assert.ok(
            buckets.some(
              (b) =>
                lower >= b.lower * (b.lower > 0 ? 1 - 1e-9 : 1 + 1e-9) &&
                lower <= b.upper * (b.upper > 0 ? 1 + 1e-9 : 1 - 1e-9),
            ),
          );
        },
      ),
    );
  });

  it('divide at a bound into two parts that make the whole', () => {
    fc.assert(
      fc.property(anyHistogram, fc.double({ min: -40, max: 40, noNaN: true }), (h, bound) => {
        const below = trimHistogram(h, bound, '</');
        const above = trimHistogram(h, bound, '>/');
        near(total(below) + total(above), h.count);
        if (h.count > 0)
          near(histogramFraction(h, Number.NEGATIVE_INFINITY, bound).value * h.count, total(below));
      }),
    );
  });
});
