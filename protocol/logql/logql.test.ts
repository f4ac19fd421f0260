import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { evaluateNumber, isVector } from './evaluate-number.ts';
import type { LogQuery } from './expression.ts';
import { formatLogql } from './format.ts';
import { parseLogql, parseLogSelector } from './parse.ts';
import { LogqlParseError } from './parse-error.ts';
import { parseBytes, parseNumber, parseSeconds } from './quantity.ts';

function parseLines(query: string): LogQuery {
  const parsed = parseLogql(query);
  assert.ok(parsed.kind === 'log_query');
  return parsed;
}

describe('LogQL', () => {
  it('parses selectors, line filters and label filters', () => {
    const query =
      '{app="shop", env!~`dev.*`} |= "pay" or "cart" != `x` | level="error", status >= 500 or d > 1.5s';
    const { matchers, stages } = parseLines(query);
    assert.deepEqual(matchers, [
      { name: 'app', kind: '=', value: 'shop' },
      { name: 'env', kind: '!~', value: 'dev.*' },
    ]);
    assert.deepEqual(
      stages.map(({ position: _, ...stage }) => stage),
      [
        { kind: 'line_filter', operator: '|=', alternatives: ['pay', 'cart'] },
        { kind: 'line_filter', operator: '!=', alternatives: ['x'] },
        {
          kind: 'label_filter',
          predicate: {
            kind: 'or',
            left: {
              kind: 'and',
              left: { kind: 'matches', matcher: { name: 'level', kind: '=', value: 'error' } },
              right: { kind: 'compares', name: 'status', operator: '>=', value: 500, unit: 'number' },
            },
            right: { kind: 'compares', name: 'd', operator: '>', value: 1.5, unit: 'duration' },
          },
        },
      ],
    );
    assert.equal(
      formatLogql(parseLogql(query)),
      '{app="shop", env!~"dev.*"} |= "pay" or "cart" != "x" | ((level="error" and status >= 500) or d > 1.5s)',
    );
  });

  it('knows positions, comments and escapes', () => {
    const { stages, position } = parseLines('{a="b"} # all\n  |~ "\\\\d+"');
    assert.deepEqual(stages[0]?.position, { start: 16, end: 25 });
    assert.deepEqual(position, { start: 0, end: 25 });
    assert.ok(stages[0]?.kind === 'line_filter');
    assert.deepEqual(stages[0].alternatives, ['\\d+']);
    assert.deepEqual(parseLines('{a="b"} | size > 20MB').stages[0], {
      kind: 'label_filter',
      predicate: { kind: 'compares', name: 'size', operator: '>', value: 20e6, unit: 'bytes' },
      position: { start: 10, end: 21 },
    });
  });

  it('says where and what was expected', () => {
    const cases: readonly [query: string, message: string | RegExp][] = [
      [
        '',
        'parse error at line 1, col 1: expected a stream selector such as {service_name="shop"}, found the end of the query',
      ],
      ['{', 'parse error at line 1, col 2: expected a label name or "}", found the end of the query'],
      ['{a}', 'parse error at line 1, col 3: expected =, !=, =~ or !~ after label "a", found "}"'],
      ['{a=b}', 'parse error at line 1, col 4: expected a string, found "b"'],
      ['{a="b" c="d"}', 'parse error at line 1, col 8: expected "," or "}", found "c"'],
      ['{a="b"', /col 7: expected "," or "}", found the end/],
      ['{a="b}', /col 4: the string that starts here has no closing "/],
      ['{a="b"} |= x', /col 12: expected a string after \|=, found "x"/],
      ['{a="b"}\n|~ "("', /line 2, col 4: error parsing regexp/],
      ['{a=~"["}', /col 5: error parsing regexp/],
      ['{}', /at least one matcher/],
      ['{a=~".*"}', /at least one matcher/],
      ['{a="b"} foo', /col 9: expected a line filter/],
      ['{a="b"} | level', /expected an operator .* after label "level"/],
      ['{a="b"} | level=~5', /expected a string after =~/],
      ['{a="b"} | (level="x"', /expected "\)"/],
      ['{a="b"} | size > 5parsecs', /expected a number, a duration .* found "5parsecs"/],
      ['{a="b"} & x', /unexpected character "&"/],
      ['{a="b"} | json', /col 11: the json parser is not supported/],
      ['{a="b"} |> "x"', /pattern filters \(\|>\) are not supported/],
      ['{a="b"} |= ip("1.2.3.4")', /ip\(\) is not supported/],
      ['sum by (level) (count_over_time({a="b"}[1m]))', /metric queries \(sum\) are not supported/],
      [`{a="b"} | ${'('.repeat(100)}`, /nested deeper/],
      [`{a="b"}${' |= "x"'.repeat(300)}`, /more than 256 stages/],
      ['{'.repeat(70_000), /longer than/],
    ];
    for (const [query, message] of cases)
      assert.throws(
        () => parseLogql(query),
        (error: unknown) => {
          assert.ok(error instanceof LogqlParseError, query);
          if (typeof message === 'string') assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
        query,
      );
  });

  it('calculates with numbers', () => {
    const cases: readonly [query: string, value: number, vector: boolean][] = [
      ['vector(1)+vector(1)', 2, true],
      ['1 + 2 * 3', 7, false],
      ['(1 + 2) * 3 - 4 % 3', 8, false],
      ['2 ^ 3 ^ 2', 512, false],
      ['-2 - -3', 1, false],
      ['vector(-1.5) / 0', Number.NEGATIVE_INFINITY, true],
    ];
    for (const [query, value, vector] of cases) {
      const parsed = parseLogql(query);
      assert.ok(parsed.kind !== 'log_query');
      assert.deepEqual([evaluateNumber(parsed), isVector(parsed)], [value, vector], query);
      const again = parseLogql(formatLogql(parsed));
      assert.ok(again.kind !== 'log_query');
      assert.equal(evaluateNumber(again), value);
    }
    assert.throws(() => parseLogql('1 +'), /col 4: expected a stream selector/);
    assert.throws(() => parseLogql('vector({a="b"})'), /expected a number/);
    assert.throws(() => parseLogql('1 2'), /expected an operator/);
    assert.throws(() => parseLogql(`1${'+1'.repeat(300)}`), /more than 256 operations/);
    assert.throws(() => parseLogql('('.repeat(100)), /nested deeper/);
  });

  it('takes selectors alone', () => {
    assert.deepEqual(parseLogSelector('{}'), []);
    assert.equal(parseLogSelector('{a="b",}').length, 1);
    assert.throws(() => parseLogSelector('{a="b"} |= "x"'), LogqlParseError);
    assert.throws(() => parseLogSelector('a'), LogqlParseError);
  });

  it('reads quantities', () => {
    assert.equal(parseSeconds('1h2m3.5s'), 3723.5);
    assert.equal(parseSeconds('-250ms'), -0.25);
    assert.equal(parseSeconds('5'), undefined);
    assert.equal(parseSeconds(''), undefined);
    assert.equal(parseBytes('1.5KiB'), 1536);
    assert.equal(parseBytes('20mb'), 20e6);
    assert.equal(parseBytes('7B'), 7);
    assert.equal(parseBytes('7'), undefined);
    assert.equal(parseNumber('-1e3'), -1000);
    assert.equal(parseNumber('1x'), undefined);
  });

  it('parses what it formats to the same, and throws nothing else on anything', () => {
    const name = fc.constantFrom('a', 'level', 'service_name', 'or', 'and');
    const text = fc.string({ unit: 'grapheme', maxLength: 5 });
    const kind = fc.constantFrom('=', '!=');
    const filter = fc.tuple(fc.constantFrom('|=', '!='), fc.array(text, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, kind, text), { maxLength: 3 }),
        fc.array(filter),
        (matchers, filters) => {
          const selector = [['must', '=', 'be'], ...matchers].map(
            ([label, op, value]) => `${label}${op}${JSON.stringify(value)}`,
          );
          const stages = filters.map(
            ([op, values]) => `${op}${values.map((one) => JSON.stringify(one)).join(' or ')}`,
          );
          const parsed = parseLines(`{${selector.join(',')}}${stages.join('')}`);
          const formatted = formatLogql(parsed);
          assert.equal(formatLogql(parseLogql(formatted)), formatted);
          assert.deepEqual(
            parsed.stages.map((stage) => stage.kind === 'line_filter' && stage.alternatives),
            filters.map(([, values]) => values),
          );
        },
      ),
    );
    const piece = fc.constantFrom(
      '{',
      '}',
      'a',
      '=',
      '"b"',
      '|',
      '|=',
      '!~',
      '(',
      ')',
      'or',
      '5s',
      ',',
      ' ',
      '"',
      '`',
      '\n',
      '#',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 20 }).map((pieces) => `{a="b"}${pieces.join('')}`),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(anything, (query) => {
        try {
          parseLogql(query);
        } catch (error) {
          assert.ok(error instanceof LogqlParseError, String(error));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
