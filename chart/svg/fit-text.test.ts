import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fitText, textWidth } from './fit-text.ts';

describe('fitting a text', () => {
  it('keeps what fits and says where it cut', () => {
    assert.equal(fitText('errors', 10, 100), 'errors');
    assert.equal(fitText('errors of the shop', 10, 60), 'errors…');
    assert.equal(fitText('errors', 10, 1), '');
    assert.equal(fitText('errors', 10, -8), '');
    assert.equal(fitText('', 10, 50), '');
  });

  it('never yields what is wider than its place, or half of a character (property)', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(texts, fc.double({ min: -20, max: 400, noNaN: true }), (text, widthMax) => {
        const fitted = fitText(text, 11, widthMax);
        const width = textWidth(fitted, 11);
        assert.ok(fitted === '' || width <= widthMax + 0.001, `${width} > ${widthMax}`);
        if (text.isWellFormed()) assert.ok(fitted.isWellFormed());
        if (textWidth(text, 11) <= widthMax) assert.equal(fitted.endsWith('…'), text.endsWith('…'));
      }),
    );
  });
});
