import type { ArithmeticOperator, NumberExpression } from './expression.ts';

/** The expression's value, the same at every time. */
export function evaluateNumber(expression: NumberExpression): number {
  if (expression.kind !== 'arithmetic') return expression.value;
  return calculate(expression.operator, evaluateNumber(expression.left), evaluateNumber(expression.right));
}

/** True when it is a vector, of one sample without labels, rather than a scalar. */
export function isVector(expression: NumberExpression): boolean {
  if (expression.kind === 'arithmetic') return isVector(expression.left) || isVector(expression.right);
  return expression.kind === 'vector';
}

function calculate(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}
