import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatBinaryFloat, formatHexFloat } from './hex-float.ts';
import { parseNumber } from './number.ts';

const magnitude = fc.double({ noNaN: true, noDefaultInfinity: true }).map(Math.abs);

describe('floats in base 16 and 2', () => {
  it('are read back as what they were (property)', () => {
    fc.assert(
      fc.property(magnitude, (value) => {
        // Below the smallest normal number the power alone is out of JavaScript's reach.
        fc.pre(value === 0 || value >= 2 ** -1022);
        assert.equal(parseNumber(formatHexFloat(value, -1)), value);
        const [mantissa, power] = formatBinaryFloat(value).split('p');
        assert.equal(Number(mantissa) * 2 ** Number(power), value);
      }),
    );
  });

  it('have as many digits as asked, rounded to the even one (property)', () => {
    for (const [value, digits, text] of [
      [1, 0, '0x1p+00'],
      [1.03125, 1, '0x1.0p+00'],
      [1.09375, 1, '0x1.2p+00'],
      [1.99999, 1, '0x1.0p+01'],
      [0, 3, '0x0.000p+00'],
      [5e-324, -1, '0x1p-1074'],
    ] as const)
      assert.equal(formatHexFloat(value, digits), text);
    fc.assert(
      fc.property(magnitude, fc.integer({ min: 1, max: 20 }), (value, digits) => {
        assert.match(
          formatHexFloat(value, digits),
          new RegExp(`^0x[01]\\.[\\da-f]{${digits}}p[+-]\\d{2,4}$`),
        );
      }),
    );
  });
});
