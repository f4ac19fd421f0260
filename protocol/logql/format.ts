import type { Matcher } from '../matchers/matcher.ts';
import type { LabelPredicate, LogqlExpression, NumberExpression, Stage } from './expression.ts';

/** The query's text in one form, whatever blanks and quotes it was written with. */
export function formatLogql(expression: LogqlExpression): string {
  if (expression.kind !== 'log_query') return formatNumber(expression);
  const stages = expression.stages.map(formatStage);
  return [`{${expression.matchers.map(formatMatcher).join(', ')}}`, ...stages].join(' ');
}

function formatNumber(expression: NumberExpression): string {
  if (expression.kind === 'arithmetic')
    return `(${formatNumber(expression.left)} ${expression.operator} ${formatNumber(expression.right)})`;
  return expression.kind === 'vector' ? `vector(${expression.value})` : String(expression.value);
}

function formatStage(stage: Stage): string {
  if (stage.kind === 'label_filter') return `| ${formatPredicate(stage.predicate)}`;
  return `${stage.operator} ${stage.alternatives.map((text) => JSON.stringify(text)).join(' or ')}`;
}

function formatPredicate(predicate: LabelPredicate): string {
  switch (predicate.kind) {
    case 'matches':
      return formatMatcher(predicate.matcher);
    case 'compares': {
      const unit = { number: '', duration: 's', bytes: 'B' }[predicate.unit];
      return `${predicate.name} ${predicate.operator} ${predicate.value}${unit}`;
    }
    case 'and':
    case 'or':
      return `(${formatPredicate(predicate.left)} ${predicate.kind} ${formatPredicate(predicate.right)})`;
  }
}

function formatMatcher({ name, kind, value }: Matcher): string {
  return `${name}${kind}${JSON.stringify(value)}`;
}
