import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RegexError } from '../regex/regex-error.ts';
import { compileMatcher } from './compile-matcher.ts';
import type { Matcher } from './matcher.ts';

const compiled = (kind: Matcher['kind'], value: string) => compileMatcher({ kind, name: 'a', value });

describe('compileMatcher', () => {
  it('matches as the four operators say, expressions on whole values', () => {
    for (const [kind, value, matching, other] of [
      ['=', 'x', 'x', 'y'],
      ['!=', 'x', 'y', 'x'],
      ['=~', 'x.*|y', 'xyz', 'zx'],
      ['!~', 'x.*|y', 'zx', 'y'],
    ] as const) {
      assert.equal(compiled(kind, value).matches(matching), true, `${kind} ${matching}`);
      assert.equal(compiled(kind, value).matches(other), false, `${kind} ${other}`);
    }
  });

  it('knows whether a series without the label matches', () => {
    assert.equal(compiled('=', '').matchesEmpty, true);
    assert.equal(compiled('!=', 'x').matchesEmpty, true);
    assert.equal(compiled('=~', 'x?').matchesEmpty, true);
    assert.equal(compiled('!~', '.*').matchesEmpty, false);
    assert.equal(compiled('=~', '.+').matchesEmpty, false);
  });

  it('gives an index what it can look up', () => {
    assert.deepEqual(compiled('=', 'x').setMatches, ['x']);
    assert.deepEqual(compiled('=~', 'a(b|c)').setMatches, ['ab', 'ac']);
    assert.equal(compiled('=~', 'node_.*').prefix, 'node_');
    assert.equal(compiled('!~', 'node_.*').prefix, '');
  });

  it('refuses what RE2 does', () => {
    assert.throws(() => compiled('=~', '(?=x)'), RegexError);
  });
});
