import type { Aggregation, Binary, Call, Expr, ValueType } from './expr.ts';
import { FUNCTIONS } from './functions.ts';
import { isComparison, isSetOperator, takesParameter, typeOf } from './operators.ts';
import { checkNotAllEmpty } from './parse-matchers.ts';
import type { TokenReader } from './token-reader.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

/** Throws ParseError where a value of the wrong type is used, and for wrong names and counts of arguments. */
export function checkTypes(reader: TokenReader, expr: Expr): ValueType {
  switch (expr.kind) {
    case 'paren':
      return checkTypes(reader, expr.operand);
    case 'unary': {
      const type = checkTypes(reader, expr.operand);
      if (type !== 'scalar' && type !== 'vector') {
        const detail = `unary expression only allowed on expressions of type scalar or instant vector, got ${JSON.stringify(TYPE_NAMES[type])}`;
        throw reader.error(expr.position, detail);
      }
      return type;
    }
    case 'subquery': {
      const type = checkTypes(reader, expr.operand);
      if (type !== 'vector') {
        throw reader.error(expr.position, `subquery is only allowed on instant vector, got ${type} instead`);
      }
      return 'matrix';
    }
    case 'aggregation':
      return checkAggregation(reader, expr);
    case 'call':
      return checkCall(reader, expr);
    case 'binary':
      return checkBinary(reader, expr);
    case 'range':
      checkNotAllEmpty(reader, expr.selector.matchers, expr.selector.position);
      return 'matrix';
    case 'selector':
      checkNotAllEmpty(reader, expr.matchers, expr.position);
      return 'vector';
    default:
      return typeOf(expr);
  }
}

function expectType(reader: TokenReader, expr: Expr, wanted: ValueType, context: string): void {
  const type = checkTypes(reader, expr);
  if (type === wanted) return;
  throw reader.error(
    expr.position,
    `expected type ${TYPE_NAMES[wanted]} in ${context}, got ${TYPE_NAMES[type]}`,
  );
}

function checkAggregation(reader: TokenReader, expr: Aggregation): ValueType {
  expectType(reader, expr.operand, 'vector', 'aggregation expression');
  if (takesParameter(expr.operator) && expr.parameter !== null) {
    expectType(
      reader,
      expr.parameter,
      expr.operator === 'count_values' ? 'string' : 'scalar',
      'aggregation parameter',
    );
  }
  return 'vector';
}

function checkCall(reader: TokenReader, expr: Call): ValueType {
  const signature = FUNCTIONS.get(expr.name);
  if (signature === undefined)
    throw reader.error(expr.position, `unknown function with name ${JSON.stringify(expr.name)}`);
  const { args, variadic } = signature;
  const least = variadic === 0 ? args.length : args.length - 1;
  const most = variadic < 0 ? Number.POSITIVE_INFINITY : variadic === 0 ? args.length : least + variadic;
  const given = expr.args.length;
  const name = JSON.stringify(expr.name);
  if (given < least) {
    const amount = variadic === 0 ? `${least} argument(s)` : `at least ${least} argument(s)`;
    throw reader.error(expr.position, `expected ${amount} in call to ${name}, got ${given}`);
  }
  if (given > most) {
    const amount = variadic === 0 ? `${most} argument(s)` : `at most ${most} argument(s)`;
    throw reader.error(expr.position, `expected ${amount} in call to ${name}, got ${given}`);
  }
  expr.args.forEach((arg, i) => {
    // The labels info() is given select from what the info series have; alone they may match everything.
    if (expr.name === 'info' && i === 1) {
      checkInfo(reader, expr);
      return;
    }
    expectType(reader, arg, args[Math.min(i, args.length - 1)]!, `call to function ${name}`);
  });
  return signature.returns;
}

function checkInfo(reader: TokenReader, expr: Call): void {
  const labels = expr.args[1]!;
  if (labels.kind !== 'selector') throw reader.error(labels.position, 'expected label selectors only');
  if (labels.name !== '')
    throw reader.error(labels.position, 'expected label selectors only, got vector selector instead');
}

function checkBinary(reader: TokenReader, expr: Binary): ValueType {
  const left = checkTypes(reader, expr.left);
  const right = checkTypes(reader, expr.right);
  const { operator, matching } = expr;
  if (expr.bool && !isComparison(operator)) {
    throw reader.error(expr.position, 'bool modifier can only be used on comparison operators');
  }
  if (isComparison(operator) && !expr.bool && left === 'scalar' && right === 'scalar') {
    throw reader.error(expr.position, 'comparisons between scalars must use BOOL modifier');
  }
  for (const [side, type] of [
    [expr.left, left],
    [expr.right, right],
  ] as const) {
    if (type !== 'scalar' && type !== 'vector') {
      throw reader.error(
        side.position,
        'binary expression must contain only scalar and instant vector types',
      );
    }
  }
  if (isSetOperator(operator)) {
    if (left === 'scalar' || right === 'scalar') {
      throw reader.error(
        expr.position,
        `set operator ${JSON.stringify(operator)} not allowed in binary scalar expression`,
      );
    }
    if (matching.cardinality !== 'many-to-many') {
      throw reader.error(expr.position, `no grouping allowed for ${JSON.stringify(operator)} operation`);
    }
    if (matching.fillLeft !== null || matching.fillRight !== null) {
      throw reader.error(expr.position, 'filling in missing series not allowed for set operators');
    }
  }
  if (matching.on) {
    for (const label of matching.include) {
      if (matching.labels.includes(label)) {
        throw reader.error(
          expr.position,
          `label ${JSON.stringify(label)} must not occur in ON and GROUP clause at once`,
        );
      }
    }
  }
  const given = matching.labels.length > 0 || matching.fillLeft !== null || matching.fillRight !== null;
  if ((left !== 'vector' || right !== 'vector') && given) {
    const what = matching.labels.length > 0 ? 'vector matching' : 'filling in missing series';
    throw reader.error(expr.position, `${what} only allowed between instant vectors`);
  }
  return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
}
