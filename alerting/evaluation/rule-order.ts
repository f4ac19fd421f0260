import type { AlertingRule, Rule } from '@tocsin/rules/rule-file/rule.ts';
import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';

/**
 * The earlier rules of the group that a rule must wait for: those whose series it reads, the one whose failures it
 * is about, and the higher severities, which inhibit it from the start. All others are evaluated
 * at the same time, so that one slow rule does not delay the rest. Reading the expression's words errs on the
 * side of waiting.
 */
export function rulesBefore(group: GroupRuntime, runtime: RuleRuntime): readonly RuleRuntime[] {
  // Rules of a runtime never change, and are looked at in every round.
  let found = known.get(runtime);
  if (found === undefined) {
    found = findRulesBefore(group, runtime);
    known.set(runtime, found);
  }
  return found;
}

const known = new WeakMap<RuleRuntime, readonly RuleRuntime[]>();

function findRulesBefore(group: GroupRuntime, runtime: RuleRuntime): readonly RuleRuntime[] {
  const { expression } = runtime.rule;
  const words = new Set(expression.match(/[\w:]+/g));
  // A selector without a metric name may read anything, and is rare: `{job="x"}` not preceded by a name.
  const readsAnything = /(?:^|[^\w:\s"'}\]])\s*\{/.test(expression) || words.has('__name__');
  const readsAlerts = words.has('ALERTS') || words.has('ALERTS_FOR_STATE');
  return group.rules.slice(0, group.rules.indexOf(runtime)).filter((earlier) => {
    if (earlier.rule.kind === 'recording') return readsAnything || readsRecord(earlier.rule.name);
    return readsAlerts || earlier === runtime.subject || isHigherSeverity(earlier.rule, runtime.rule);
  });

  function readsRecord(name: string): boolean {
    // A name that is no plain word stands in quotes.
    return /^[\w:]+$/.test(name) ? words.has(name) : expression.includes(name);
  }
}

function isHigherSeverity(earlier: AlertingRule, rule: Rule): boolean {
  if (rule.kind !== 'alerting' || earlier.name !== rule.name) return false;
  const [higher, lower] = [earlier.additions.ladder, rule.additions.ladder];
  return higher !== null && lower !== null && higher.rank > lower.rank;
}
