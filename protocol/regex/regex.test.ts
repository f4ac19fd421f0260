import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRegex } from './regex.ts';

describe('regex', () => {
  it('knows the strings of a finite expression', () => {
    assert.deepEqual(compileRegex('foo').setMatches, ['foo']);
    assert.deepEqual(compileRegex('a|b|c').setMatches, ['a', 'b', 'c']);
    assert.deepEqual(compileRegex('host-(1|2)\\.x').setMatches, ['host-1.x', 'host-2.x']);
    assert.deepEqual(compileRegex('(?:a|b)[12]').setMatches, ['a1', 'a2', 'b1', 'b2']);
    assert.equal(compileRegex('foo.*').setMatches, null);
    assert.equal(compileRegex('(?i)foo').setMatches, null);
  });

  it('knows what a match starts with', () => {
    assert.equal(compileRegex('node_.*').prefix, 'node_');
    assert.equal(compileRegex('nodes?').prefix, 'node');
    assert.equal(compileRegex('a\\.b\\.*').prefix, 'a.b');
    assert.equal(compileRegex('(a|b).*').prefix, '');
  });

  it('matches whole strings, newlines included', () => {
    assert.equal(compileRegex('.*b').matches('a\nb'), true);
    assert.equal(compileRegex('b').matches('ab'), false);
    assert.equal(compileRegex('(?i)FOO|bar').matches('foo'), true);
  });

  it('gives groups', () => {
    const regex = compileRegex('(?P<host>[a-z]+)(:(\\d+))?');
    assert.deepEqual(regex.submatches('abc:12'), ['abc:12', 'abc', ':12', '12']);
    assert.deepEqual(regex.submatches('abc'), ['abc', 'abc', null, null]);
    assert.equal(regex.submatches('ABC'), null);
    assert.equal(regex.groupNames.get('host'), 1);
  });

  it('says what RE2 refuses', () => {
    assert.throws(() => compileRegex('(a'), /error parsing regexp: missing closing \): `\(a`/);
    assert.throws(() => compileRegex('(?=a)'), /invalid or unsupported Perl syntax/);
    assert.throws(
      () => compileRegex('.{0,1000}'.repeat(200)),
      /its repetitions expand to more than 200000 instructions/,
    );
  });
});
