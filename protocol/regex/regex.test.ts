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
      /its repetitions expand to more than 20000 instructions/,
    );
    const letters = Array.from({ length: 16_000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    assert.throws(() => compileRegex(letters), /it tells 16001 kinds of characters apart in 16000 sets/);
  });

  it('knows classes of Unicode, whichever way they are written', () => {
    const matched = (source: string, texts: string) =>
      [...texts].filter((text) => compileRegex(source).matches(text)).join('');
    const some = 'aZéÉΩω1 _ǅ\u{10428}\u{10400}\u{e000}\u{f0000}\u0378';
    assert.equal(matched('\\p{Lu}', some), 'ZÉΩ\u{10400}');
    assert.equal(matched('(?i)\\p{Lu}', some), 'aZéÉΩωǅ\u{10428}\u{10400}');
    assert.equal(matched('(?i)\\P{Lu}', some), '1 _\u{e000}\u{f0000}\u0378');
    assert.equal(matched('[\\p{Greek}\\p{Deseret}]', some), 'Ωω\u{10428}\u{10400}');
    assert.equal(matched('\\p{Co}', some), '\u{e000}\u{f0000}');
    assert.equal(matched('(?i)[ǆ\u{10400}]', some), 'ǅ\u{10428}\u{10400}');
    assert.equal(matched('(?i)[^ǆ\u{10400}]', 'ǅ\u{10428}x'), 'x');
  });

  it('compiles long lists of classes at once', () => {
    const scripts = [
      'Greek',
      'Latin',
      'Cyrillic',
      'Arabic',
      'Hebrew',
      'Thai',
      'Han',
      'Hangul',
      'Lu',
      'Ll',
      'Sm',
    ];
    const letters = Array.from({ length: 4_000 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    for (const source of [
      `(?i)${'\\p{L}'.repeat(198)}`,
      `(?i)${'\\PL'.repeat(330)}`,
      `(?i)[${'\\p{L}\\P{Lu}'.repeat(80)}]`,
      scripts.map((name) => `(?i)\\p{${name}}\\P{${name}}`).join(''),
      letters.join(''),
      letters
        .slice(0, 2_000)
        .map((letter) => `[^${letter}]`)
        .join(''),
      letters
        .slice(0, 2_000)
        .map((letter) => `[${letter}-鿿]`)
        .join(''),
    ]) {
      const started = process.cpuUsage();
      compileRegex(source);
      const used = process.cpuUsage(started);
      // It was seconds when each class was folded, or compared with each other one, character by character.
      assert.ok(
        (used.user + used.system) / 1_000 < 1_000,
        `${source.slice(0, 40)} took ${used.user / 1_000} ms`,
      );
    }
  });
});
