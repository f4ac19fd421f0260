import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileRegex } from './regex.ts';
import { RegexError } from './regex-error.ts';

const atom = fc.constantFrom(
  ...'a b ab . .* .+ a* b? [ab] [^a] [a-c] (a|b) (?:ab|c) \\. \\d \\w \\W x{2} (?i)A - é \u{1F600} ^ $ | ( ) [ * \\ (ab)+ (a|ab)* \\b \\B [-a] [a-] \\pL'.split(
    ' ',
  ),
  ...'a{0,2} (?i:b) (?s) (?m) (?m:^a$) (?-s:.) (?P<n>a) (?<m>b) (?i)k [[:alpha:]] [^[:^digit:]\\s] []a] [^]a] \\x41 \\x{61} \\101 \\0 \\Qa.b\\E \\A \\z {1 a{,2} a{2,1} a** a+? a{1}{2}'.split(
    ' ',
  ),
  ...'(?=a) (?!b) \\1 \\p{Greek} \\p{^Lu} \\PL \\p{Nope} \\q [a-\\d] [b-a] [[:no:]] (?P<x (?i ] } \\_ \\- \\/ (?i)[K-S] (?i)ſ \\C \\n'.split(
    ' ',
  ),
  '\n',
  ' ',
  '(?i)[^k]',
  '(?U)a+',
);
const pattern = fc.array(atom, { maxLength: 6 }).map((parts) => parts.join(''));
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'c',
    'A',
    'B',
    'x',
    'K',
    'k',
    '\u212a',
    's',
    '\u017f',
    '.',
    '-',
    '1',
    '\n',
    'é',
    'É',
    'Ω',
    '\u{1F600}',
    ' ',
    '_',
  ),
  maxLength: 8,
});

describe('regex, fuzzed', () => {
  it('accepts, refuses and matches as RE2 does', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 12 }), (source, texts) => {
        let expected: RE2JS | null = null;
        try {
          expected = RE2JS.compile(source, RE2JS.DOTALL);
        } catch {
          assert.throws(() => compileRegex(source), RegexError);
        }
        if (expected === null) return;
        const regex = compileRegex(source);
        for (const value of [...texts, ...(regex.setMatches ?? [])]) {
          const matched = expected.matches(value);
          assert.equal(
            regex.matches(value),
            matched,
            `${JSON.stringify(source)} on ${JSON.stringify(value)}`,
          );
          if (matched) assert.ok(value.startsWith(regex.prefix), `${source}: prefix ${regex.prefix}`);
          if (regex.setMatches !== null) assert.equal(regex.setMatches.includes(value), matched);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('stays fast on expressions that make a backtracking matcher explode', () => {
    const values = Array.from(
      { length: 1000 },
      (_, i) => `${'a'.repeat(30 + (i % 40))}!${'x'.repeat(i % 50)}${i}`,
    );
    const hard = [
      '(a+)+b',
      '(a|aa)*b',
      '(a|a)*$b',
      '(.*)(.*)(.*)(.*)(.*)b',
      '(x+x+)+y',
      '(?:a?){30}a{30}',
      '(a*)*b',
      '.*.*.*.*=.*',
      '([a-z]+)*!!',
      '(a?.{0,2}){500}'.repeat(6),
      '(.?){1000}'.repeat(9),
    ];
    for (const source of hard) {
      const regex = compileRegex(source);
      const started = performance.now();
      for (const value of values) regex.matches(value);
      assert.ok(performance.now() - started < 500, `${source} took ${performance.now() - started} ms`);
    }
  });
});
