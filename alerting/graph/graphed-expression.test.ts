import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { graphedExpression } from './graphed-expression.ts';

const shown = (text: string) => {
  const { expression, unit, threshold } = graphedExpression(text);
  return [expression, unit.kind, threshold?.label ?? null];
};

describe('what a graph of a condition shows', () => {
  it('is its left side, with a line where it begins to hold', () => {
    assert.deepEqual(shown('node_load1 > 4'), ['node_load1', 'number', '> 4']);
    assert.deepEqual(shown('((a_bytes)) >= (2 * 1024)'), ['a_bytes', 'bytes', '>= 2 KiB']);
    assert.deepEqual(shown('5 < rate(x_seconds_total[5m])'), [
      'rate(x_seconds_total[5m])',
      'ratio',
      '> 500%',
    ]);
    assert.deepEqual(shown('x == bool 1'), ['x == bool 1', 'number', null]);
    assert.deepEqual(shown('t_celsius < -10'), ['t_celsius', 'celsius', '< -10 °C']);
    assert.deepEqual(shown('a_ratio > on(x) b'), ['a_ratio', 'ratio', null]);
    assert.deepEqual(shown('(a > 3) and on(x) b'), ['a', 'number', '> 3']);
    assert.deepEqual(shown('a > 3 unless b'), ['a', 'number', '> 3']);
    assert.deepEqual(shown('absent(up{job="x"})'), ['up{job="x"}', 'number', null]);
    assert.deepEqual(shown('histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket[5m]))) > 0.25'), [
      'histogram_quantile(0.9, sum by (le) (rate(d_seconds_bucket[5m])))',
      'seconds',
      '> 250 ms',
    ]);
    assert.deepEqual(shown('up or down'), ['up or down', 'number', null]);
    assert.deepEqual(shown('no ( PromQL'), ['no ( PromQL', 'number', null]);
  });

  it('can be asked again: what comes out is an expression (property)', () => {
    const leaf = fc.constantFrom('a', 'b{c="d"}', 'rate(e_total[5m])', '1', 'absent(f)', '-2', 'vector(3)');
    const expressions = fc.letrec<{ expr: string }>((tie) => ({
      expr: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc
          .tuple(tie('expr'), fc.constantFrom('+', '>', '<=', 'and', 'or', 'unless', '=='), tie('expr'))
          .map((parts) => `(${parts.join(' ')})`),
        tie('expr').map((inner) => `sum(${inner})`),
      ),
    })).expr;
    fc.assert(
      fc.property(expressions, (text) => {
        const once = graphedExpression(text).expression;
        assert.equal(graphedExpression(`(${once})`).unit.kind, graphedExpression(once).unit.kind);
      }),
    );
  });
});
