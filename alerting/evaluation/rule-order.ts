import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';

/**
 * The earlier rules of the group that a rule must wait for: those whose recorded series it reads. All others are
 * evaluated at the same time, so that one slow rule does not delay the rest.
 */
export function rulesBefore(group: GroupRuntime, runtime: RuleRuntime): readonly RuleRuntime[] {
  const earlier = group.rules.slice(0, group.rules.indexOf(runtime));
  // A selector without a metric name may read anything, and is rare: `{job="x"}` not preceded by a name.
  const readsAnything = /(?:^|[^\w:\s"'}\]])\s*\{|__name__/.test(runtime.rule.expression);
  return earlier.filter(({ rule }) => {
    if (rule.kind === 'alerting') {
      return runtime.rule.expression.includes('ALERTS');
    }
    return readsAnything || runtime.rule.expression.includes(rule.name);
  });
}
