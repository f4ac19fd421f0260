import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quote, unquote } from './string-literal.ts';

describe('unquote', () => {
  const read: readonly (readonly [string, string])[] = [
    [String.raw`"a\"b\n\t\\"`, 'a"b\n\t\\'],
    [String.raw`'it\'s'`, "it's"],
    ['`raw \\n`', 'raw \\n'],
    [String.raw`"\u00e9\101\x41\U0001F600"`, 'éAA\u{1F600}'],
    [String.raw`"\xc3\xa9"`, 'é'],
  ];
  for (const [quoted, value] of read)
    it(`reads ${quoted}`, () => assert.deepEqual(unquote(quoted), { value }));

  it('keeps bytes that are not UTF-8 apart, and shows them as Go does', () => {
    const result = unquote(String.raw`"a\xc5z\xe2\x82"`);
    assert.ok('value' in result);
    assert.equal(result.value.isWellFormed(), false);
    assert.equal(quote(result.value), String.raw`"a\xc5z\xe2\x82"`);
  });

  for (const quoted of [
    String.raw`"\q"`,
    String.raw`"\'"`,
    String.raw`"\x4"`,
    String.raw`"\ud800"`,
    String.raw`"\U00110000"`,
  ]) {
    it(`refuses ${quoted}`, () => assert.ok('error' in unquote(quoted)));
  }
});
