import type { RuleGroup } from '@tocsin/rules/rule-file/rule.ts';

/** Rules of different files may be alike in all that names them; their order then tells them apart. */
export function withOwnKeys(groups: readonly RuleGroup[]): readonly RuleGroup[] {
  const seen = new Map<string, number>();
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => {
      const count = (seen.get(rule.key) ?? 0) + 1;
      seen.set(rule.key, count);
      return count === 1 ? rule : { ...rule, key: JSON.stringify([rule.key, 'file', count]) };
    }),
  }));
}
