import type { PlainRule } from './plain-rule.ts';
import { NO_ADDITIONS } from './rule-additions.ts';

// Grafana's names, so that routes made for its alerts go on working.
const NO_DATA = 'DatasourceNoData';
const FAILURE = 'DatasourceError';
const RULE_NAME = 'rulename';

/** Alerts when `expression`, what the rule judges, yields nothing. */
export function noDataAlert(rule: PlainRule, expression: string): PlainRule {
  return standIn(rule, {
    name: NO_DATA,
    expression: `absent(${expression})`,
    annotations: {
      summary: `There is no data for ${escaped(rule.name)}`,
      description: `What the rule judges yields nothing: ${escaped(expression)}`,
    },
  });
}

/** Alerts while the rule at `place` of its group cannot be evaluated. */
export function failureAlert(rule: PlainRule, place: number): PlainRule {
  const alert = standIn(rule, {
    name: FAILURE,
    expression: rule.expression,
    annotations: {
      summary: `${escaped(rule.name)} cannot be evaluated`,
      description: 'The error stands with the rule: on the page, and as lastError in /api/v1/rules.',
    },
  });
  return { ...alert, additions: { ...NO_ADDITIONS, failuresOf: place } };
}

function standIn(rule: PlainRule, own: Pick<PlainRule, 'name' | 'expression' | 'annotations'>): PlainRule {
  const kept = Object.entries(rule.annotations).filter(
    ([name, text]) => !(name in own.annotations) && !text.includes('{{'),
  );
  return {
    ...rule,
    ...own,
    labels: { ...rule.labels, [RULE_NAME]: rule.name },
    annotations: { ...Object.fromEntries(kept), ...own.annotations },
    additions: NO_ADDITIONS,
  };
}

/** As text in a template. */
function escaped(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
