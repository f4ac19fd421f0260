import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';

/**
 * The earlier rules of the group that a rule must wait for: those whose series it reads. All others are evaluated
 * at the same time, so that one slow rule does not delay the rest. Reading the expression's words errs on the
 * side of waiting.
 */
export function rulesBefore(group: GroupRuntime, runtime: RuleRuntime): readonly RuleRuntime[] {
  const { expression } = runtime.rule;
  const words = new Set(expression.match(/[\w:]+/g));
  // A selector without a metric name may read anything, and is rare: `{job="x"}` not preceded by a name.
  const readsAnything = /(?:^|[^\w:\s"'}\]])\s*\{/.test(expression) || words.has('__name__');
  const readsAlerts = words.has('ALERTS') || words.has('ALERTS_FOR_STATE');
  return group.rules
    .slice(0, group.rules.indexOf(runtime))
    .filter(({ rule }) => (rule.kind === 'alerting' ? readsAlerts : readsAnything || readsRecord(rule.name)));

  function readsRecord(name: string): boolean {
    // A name that is no plain word stands in quotes.
    return /^[\w:]+$/.test(name) ? words.has(name) : expression.includes(name);
  }
}
