import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coarserIndex, upperBound } from './buckets.ts';

describe('upperBound', () => {
  it('is 2^(index * 2^-schema), to a few units in the last place', () => {
    for (let schema = -4; schema <= 8; schema++) {
      for (let index = -300; index <= 300; index += 7) {
        const exponent = index * 2 ** -schema;
        if (Math.abs(exponent) > 1000) continue;
        const bound = upperBound(schema, index);
        assert.ok(Math.abs(bound / 2 ** exponent - 1) < 2e-15, `schema ${schema}, index ${index}: ${bound}`);
      }
    }
  });

  it('has the digits Prometheus shows', () => {
    const shown = [-2, -1, 0, 1, 2, 3].map((index) => String(upperBound(2, index)));
    const digits =
      '0.7071067811865475 0.8408964152537144 1 1.189207115002721 1.414213562373095 1.6817928305074288';
    assert.equal(shown.join(' '), digits);
  });

  it('ends at the largest float', () => {
    for (const schema of [0, 3, 8]) {
      assert.equal(upperBound(schema, 1024 * 2 ** schema), Number.MAX_VALUE);
      assert.equal(upperBound(schema, 1024 * 2 ** schema + 1), Number.POSITIVE_INFINITY);
      assert.ok(upperBound(schema, 1024 * 2 ** schema - 1) < Number.MAX_VALUE);
    }
  });

  it('stays the bound of the bucket that holds it at a coarser schema', () => {
    for (let index = -40; index <= 40; index++) {
      const target = coarserIndex(index, 3, 1);
      assert.ok(
        upperBound(3, index) <= upperBound(1, target) &&
          upperBound(3, index - 1) >= upperBound(1, target - 1),
      );
    }
  });
});
