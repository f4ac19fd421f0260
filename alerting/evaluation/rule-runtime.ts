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
}

export interface GroupRuntime {
  readonly group: RuleGroup;
  readonly intervalMs: number;
  readonly rules: readonly RuleRuntime[];
  evaluatedMs: number;
  evaluationSeconds: number;
}

export function createGroupRuntime(group: RuleGroup, defaultIntervalMs: number): GroupRuntime {
  const rules = group.rules.map(
    (rule): RuleRuntime => ({
      rule,
      group,
      state: NO_ALERTS,
      written: new Map(),
      health: 'unknown',
      lastError: '',
      evaluatedMs: 0,
      evaluationSeconds: 0,
      running: false,
    }),
  );
  return {
    group,
    rules,
    intervalMs: group.intervalMs ?? defaultIntervalMs,
    evaluatedMs: 0,
    evaluationSeconds: 0,
  };
}
