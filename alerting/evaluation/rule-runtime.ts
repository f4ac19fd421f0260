import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { Rule, RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import type { AlertState } from '@tocsin/rules/state/active-alert.ts';
import { NO_ALERTS } from '@tocsin/rules/state/active-alert.ts';

/** A rule in force, with all that changes while it is. */
export interface RuleRuntime {
  readonly rule: Rule;
  readonly group: RuleGroup;
  state: AlertState;
  /** Series of the last evaluation by labelsKey, so that those that are gone can be ended. */
  written: ReadonlyMap<string, Labels>;
  health: 'unknown' | 'ok' | 'err';
  lastError: string;
  /** When the last evaluation was for; milliseconds since the epoch. 0: never. */
  evaluatedMs: number;
  evaluationSeconds: number;
  running: boolean;
  /** The last evaluation failed by the rule's own fault, and not because nothing could be asked. */
  failed: boolean;
  /** For a rule about another's failures: that one. */
  readonly subject: RuleRuntime | null;
}

export interface GroupRuntime {
  readonly group: RuleGroup;
  readonly intervalMs: number;
  readonly rules: readonly RuleRuntime[];
  evaluatedMs: number;
  evaluationSeconds: number;
}

export function createGroupRuntime(group: RuleGroup, defaultIntervalMs: number): GroupRuntime {
  const rules: RuleRuntime[] = [];
  for (const rule of group.rules) {
    const subject = rule.kind === 'alerting' ? rule.additions.failuresOf : null;
    rules.push({
      rule,
      group,
      state: NO_ALERTS,
      written: new Map(),
      health: 'unknown',
      lastError: '',
      evaluatedMs: 0,
      evaluationSeconds: 0,
      running: false,
      failed: false,
      // It stands further up in the group.
      subject: subject === null ? null : (rules[subject] ?? null),
    });
  }
  return {
    group,
    rules,
    intervalMs: group.intervalMs ?? defaultIntervalMs,
    evaluatedMs: 0,
    evaluationSeconds: 0,
  };
}
