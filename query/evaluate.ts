import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { evaluateAggregation } from './aggregations/aggregation.ts';
import { repeatSteps } from './block-rows.ts';
import type { Evaluation } from './evaluation.ts';
import { evaluateCall } from './functions/call.ts';
import { isStepInvariant } from './invariance.ts';
import { evaluateBinary } from './operators/binary.ts';
import { evaluateUnary } from './operators/unary.ts';
import { QueryError } from './query-error.ts';
import { evaluateSelector } from './selectors/instant.ts';
import { gatherRows } from './shards/gather.ts';
import { isShardLocal } from './shards/is-shard-local.ts';
import type { Value } from './value.ts';

/** The value of an expression at all steps. */
export async function evaluate(evaluation: Evaluation, expr: Expr): Promise<Value> {
  const { trace } = evaluation;
  if (trace === null || WITHOUT_COST.has(expr.kind)) return await evaluateSteps(evaluation, expr);
  return await trace.follow(evaluation, expr, (inner) => evaluateSteps(inner, expr), seriesOf);
}

/** Not worth a line in an explanation. */
const WITHOUT_COST: ReadonlySet<Expr['kind']> = new Set(['number', 'string', 'paren']);

function seriesOf(value: Value): number {
  return value.kind === 'vector' ? value.block.labels.length : 0;
}

async function evaluateSteps(evaluation: Evaluation, expr: Expr): Promise<Value> {
  const { count } = evaluation.steps;
  if (count > 1 && expr.kind !== 'number' && expr.kind !== 'string' && isStepInvariant(expr)) {
    // The same at every step, as with `@`: evaluate it once.
    const once = await evaluateNode(
      { ...evaluation, steps: { ...evaluation.steps, stepMs: 0, count: 1 } },
      expr,
    );
    if (once.kind === 'vector') {
      evaluation.budget.hold(once.block.labels.length * count);
      return { kind: 'vector', block: await repeatSteps(once.block, count, evaluation.budget) };
    }
    return once.kind === 'scalar'
      ? { kind: 'scalar', values: new Float64Array(count).fill(once.values[0]!) }
      : once;
  }
  return evaluateNode(evaluation, expr);
}

async function evaluateNode(evaluation: Evaluation, expr: Expr): Promise<Value> {
  if (evaluation.storage.evaluate !== undefined && isShardLocal(expr))
    return { kind: 'vector', block: await gatherRows(evaluation, expr) };
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(evaluation.steps.count).fill(expr.value) };
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'paren':
      return evaluate(evaluation, expr.operand);
    case 'selector':
      return { kind: 'vector', block: await evaluateSelector(evaluation, expr) };
    case 'unary':
      return evaluateUnary(evaluation, expr);
    case 'binary':
      return evaluateBinary(evaluation, expr);
    case 'aggregation':
      return { kind: 'vector', block: await evaluateAggregation(evaluation, expr) };
    case 'call':
      return evaluateCall(evaluation, expr);
    case 'range':
    case 'subquery':
      throw new QueryError('execution', 'Cannot evaluate a range vector on its own in a range query');
  }
}
