import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Expr } from './expr.ts';
import { parseExpr, parseSelector } from './parse.ts';
import { ParseError } from './parse-error.ts';

/** The structure with operators only, to see how things bind. */
function shape(expr: Expr): string {
  switch (expr.kind) {
    case 'binary':
      return `(${shape(expr.left)} ${expr.operator} ${shape(expr.right)})`;
    case 'unary':
      return `(${expr.operator}${shape(expr.operand)})`;
    case 'paren':
      return shape(expr.operand);
    case 'number':
      return String(expr.value);
    case 'selector':
      return expr.name;
    default:
      return expr.kind;
  }
}

describe('parseExpr', () => {
  it('binds operators as PromQL does', () => {
    assert.equal(shape(parseExpr('-a^2')), '(-(a ^ 2))');
    assert.equal(shape(parseExpr('a ^ b ^ c')), '(a ^ (b ^ c))');
    assert.equal(shape(parseExpr('a - b - c * d')), '((a - b) - (c * d))');
    assert.equal(shape(parseExpr('a or b and c unless d == e')), '(a or ((b and c) unless (d == e)))');
    assert.equal(shape(parseExpr('-a * b')), '((-a) * b)');
    assert.equal(shape(parseExpr('a offset 2 ^ 2')), '(a ^ 2)');
  });

  it('reads numbers, durations and words', () => {
    for (const [text, value] of [
      ['0x1F', 31],
      ['1_000', 1000],
      ['.5', 0.5],
      ['5.', 5],
      ['1e3', 1000],
      ['1h30m', 5400],
      ['inf', Infinity],
      ['-1', -1],
    ] as const) {
      const expr = parseExpr(text);
      assert.equal(expr.kind === 'number' && expr.value, value, text);
    }
  });

  it('reads selectors with quoted names and keywords as labels', () => {
    const expr = parseExpr('{"my.metric", "a.b"=~"x|y", by!="1"} offset -5m @ end()');
    assert.ok(expr.kind === 'selector');
    assert.equal(expr.name, 'my.metric');
    assert.deepEqual(
      expr.matchers.map((m) => `${m.name}${m.kind}${m.value}`),
      ['__name__=my.metric', 'a.b=~x|y', 'by!=1'],
    );
    assert.deepEqual(expr.at, { kind: 'end' });
  });

  it('tells a metric called fill from the modifier', () => {
    assert.equal(shape(parseExpr('a + fill')), '(a + fill)');
    const expr = parseExpr('a + on (x) group_left (y) fill_left(-1) fill_right(Inf) fill');
    assert.ok(expr.kind === 'binary');
    assert.deepEqual(expr.matching, {
      cardinality: 'many-to-one',
      on: true,
      labels: ['x'],
      include: ['y'],
      fillLeft: -1,
      fillRight: Infinity,
    });
  });

  const refused: readonly (readonly [string, string])[] = [
    ['', '1:1: parse error: no expression found in input'],
    ['sum by a (b)', '1:8: parse error: unexpected identifier "a" in grouping opts, expected "("'],
    ['foo{a=', '1:7: parse error: unexpected end of input in label matching, expected string'],
    ['foo\n + {a="b"', '2:10: parse error: unexpected end of input in label matching, expected "," or "}"'],
    [
      'rate(foo)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['{a=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['1 == 1', '1:1: parse error: comparisons between scalars must use BOOL modifier'],
    ['foo[0s]', '1:5: parse error: duration must be greater than 0'],
    ['1 + 1e400', '1:5: parse error: error parsing number: "1e400" is out of range'],
    ['(a + b)[5m]', '1:8: parse error: ranges only allowed for vector selectors'],
    ['a offset 1m [5m]', '1:13: parse error: no offset modifiers allowed before range'],
    ['a @ 1234 [5m]', '1:10: parse error: no @ modifiers allowed before range'],
    ['a offset 1000y', '1:10: parse error: duration out of range'],
    [
      `histogram_quantiles(a, "q"${', 0.5'.repeat(11)})`,
      '1:1: parse error: expected at most 12 argument(s) in call to "histogram_quantiles", got 13',
    ],
    ['foo{__name__="bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
    ['foo{"bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
    ['foo{a="b",__name__!~"bar"}', '1:1: parse error: metric name must not be set twice: "foo" or "bar"'],
    ['"é" + 1', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
    ['(é)', '1:2: parse error: unexpected character: "é"'],
  ];
  for (const [query, message] of refused) {
    it(`refuses ${JSON.stringify(query)}`, () => {
      assert.throws(
        () => parseExpr(query),
        (error) => error instanceof ParseError && error.message === message,
      );
    });
  }
});

describe('what is too much for one expression', () => {
  const refusal = (query: string): string => {
    try {
      parseExpr(query);
    } catch (error) {
      assert.ok(error instanceof ParseError, String(error));
      return error.message;
    }
    return 'none';
  };

  it('is named, in depth and in length, before a stack is used up', () => {
    assert.match(refusal('('.repeat(30_000)), /nested more than 250 levels deep/);
    assert.match(
      refusal(Array(30_000).fill('1').join('+')),
      /: parse error: more than 1000 binary operators/,
    );
    assert.match(refusal(Array(10_000).fill('a').join(' or ')), /more than 1000 binary operators/);
    assert.equal(refusal(Array(1_000).fill('a').join(' or ')), 'none');
  });
});

describe('parseSelector', () => {
  it('reads what match[] holds', () => {
    assert.deepEqual(parseSelector('up{job="a"}'), [
      { kind: '=', name: 'job', value: 'a' },
      { kind: '=', name: '__name__', value: 'up' },
    ]);
    assert.throws(() => parseSelector('rate(up[5m])'), ParseError);
    assert.throws(() => parseSelector('{}'), ParseError);
  });
});
