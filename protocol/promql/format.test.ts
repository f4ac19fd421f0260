import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Expr } from './expr.ts';
import { exprToJson } from './expr-json.ts';
import { formatExpr, formatPretty } from './format.ts';
import { parseExpr } from './parse.ts';
import { metricNamesOf } from './walk.ts';

const { vector } = fc.letrec<{ vector: string; scalar: string; range: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('1', '0x10', 'NaN', '-Inf', '1h30m', 'time()', 'pi()', '1e-7'),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '-', '*', '^', '== bool'), tie('scalar'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('vector').map((v) => `scalar(${v})`),
  ),
  range: fc.oneof(
    fc.constantFrom(
      'a[5m]',
      'b{x!="y"}[1h] offset -5m',
      'c[2*step()] @ end()',
      'd[5m+30s] anchored',
      '{"e.f"}[1w] @ 1.5 offset 1d',
    ),
    tie('vector').map((v) => `(${v})[10m:30s] offset 5m`),
    tie('vector').map((v) => `(${v})[10m:]`),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b{x="y"} offset 5m',
      '{__name__=~"a.*", "b c"!~"x|y"}',
      '{"my.metric"} @ start()',
      'up smoothed',
    ),
    tie('range').map((r) => `last_over_time(${r})`),
    fc
      .tuple(
        fc.constantFrom(
          '+',
          '/ on (a)',
          '* ignoring (b) group_left (c)',
          '> bool',
          'and on ()',
          'or',
          '- fill (0)',
          '* on (x) group_right () fill_left (1)',
          '</',
        ),
        tie('vector'),
        tie('vector'),
      )
      .map(([op, a, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('vector'), tie('scalar')).map(([a, b]) => `(${a} > ${b})`),
    fc
      .tuple(fc.constantFrom('sum', 'avg by (a, "b.c")', 'count without (x)', 'group by ()'), tie('vector'))
      .map(([head, v]) => `${head} (${v})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([k, v]) => `topk(${k}, ${v})`),
    tie('vector').map((v) => `-${v}`),
    tie('vector').map((v) => `(${v})`),
    tie('vector').map((v) => `label_replace(${v}, "a", "$1\\n", "b", '(.*)')`),
  ),
}));

/** Matchers are written by name, in whatever order they were read. */
function sortedMatchers(json: unknown): unknown {
  const text = JSON.stringify(json, (key, value: unknown) =>
    key === 'matchers' && Array.isArray(value) ? value.map((one) => JSON.stringify(one)).sort() : value,
  );
  return JSON.parse(text);
}

describe('formatExpr', () => {
  it('writes what reads the same again, on one line and pretty', () => {
    fc.assert(
      fc.property(vector, (query) => {
        const expr = parseExpr(query);
        const line = formatExpr(expr);
        const read = exprToJson(parseExpr(line));
        assert.deepEqual(sortedMatchers(read), sortedMatchers(exprToJson(expr)), line);
        assert.equal(formatExpr(parseExpr(line)), line);
        assert.deepEqual(exprToJson(parseExpr(formatPretty(expr))), read);
      }),
      { numRuns: 500 },
    );
  });

  const written: readonly (readonly [string, string])[] = [
    [
      'sum by(job,mode)(rate(x[5m]))/on(job)group_left(a)y',
      'sum by (job, mode) (rate(x[5m])) / on (job) group_left (a) y',
    ],
    ['x{a="b",c=~"d"}[90s]offset 1h', 'x{a="b",c=~"d"}[1m30s] offset 1h'],
    ['x@5', 'x @ 5.000'],
    ['1e3+0x10', '1000 + 16'],
    ['-Inf + inf', '-Inf + +Inf'],
    ['x offset 0s', 'x'],
    ['x{c="1",b="2"}', 'x{b="2",c="1"}'],
    [String.raw`"\x00\a\v\xff\\xff\n"`, String.raw`"\x00\a\v\xff\\xff\n"`],
    ['SUM(x)WITHOUT(a)', 'sum without (a) (x)'],
    ['{"my.metric",a="b"}', '{"my.metric",a="b"}'],
    ['{"a", __name__=~"b"}', '{__name__="a",__name__=~"b"}'],
    ['{__name__="b","a"}', '{__name__="a",__name__="b"}'],
  ];
  for (const [query, expected] of written) {
    it(`writes ${query} as ${expected}`, () => assert.equal(formatExpr(parseExpr(query)), expected));
  }

  it('breaks long expressions over lines', () => {
    const part = 'sum by (instance, job) (rate(node_network_receive_bytes_total{device!="lo"}[5m]))';
    assert.equal(formatPretty(parseExpr(`${part} + ${part}`)), `  ${part}\n+\n  ${part}`);
  });
});

describe('metricNamesOf', () => {
  it('lists the names an expression asks for', () => {
    const expr: Expr = parseExpr('rate(a[5m]) / on (x) sum(b) + {__name__="c"} > {__name__=~"d.*"} + a');
    assert.deepEqual(metricNamesOf(expr), ['a', 'b', 'c']);
  });
});

describe('exprToJson', () => {
  it('has the form of parse_query', () => {
    assert.deepEqual(exprToJson(parseExpr('foo{a="b"} offset 5m')), {
      type: 'vectorSelector',
      name: 'foo',
      offset: 300_000,
      timestamp: null,
      startOrEnd: null,
      matchers: [
        { name: 'a', value: 'b', type: '=' },
        { name: '__name__', value: 'foo', type: '=' },
      ],
      anchored: false,
      smoothed: false,
    });
  });
});
