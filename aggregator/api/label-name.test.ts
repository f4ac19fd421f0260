import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { unescapeLabelName } from './label-name.ts';

it('label names in paths are unescaped from U__ form, and left alone when malformed', () => {
  assert.equal(unescapeLabelName('job'), 'job');
  assert.equal(unescapeLabelName('U__http_2e_status_3a_sum'), 'http.status:sum');
  assert.equal(unescapeLabelName('U__a__b'), 'a_b');
  assert.equal(unescapeLabelName('U___1f600_'), '\u{1f600}');
  for (const text of ['U__a_zz_', 'U__a_', 'U___d800_', 'U___110000_'])
    assert.equal(unescapeLabelName(text), text);
});

it('unescaping undoes escaping', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
      let escaped = 'U__';
      for (const letter of name) {
        if (letter === '_') escaped += '__';
        else escaped += /[a-zA-Z0-9:]/.test(letter) ? letter : `_${letter.codePointAt(0)!.toString(16)}_`;
      }
      assert.equal(unescapeLabelName(escaped), name);
    }),
  );
});
