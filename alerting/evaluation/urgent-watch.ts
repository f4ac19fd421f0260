import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { AlertingRule } from '@tocsin/rules/rule-file/rule.ts';
import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { QueryClient } from './query-client.ts';
import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';

/** Looks at urgent rules between their rounds, and has one evaluated as soon as its result changes. */
export interface UrgentWatch {
  start(groups: readonly GroupRuntime[]): void;
  stop(): void;
}

export interface UrgentWatchDeps {
  readonly clock: Clock;
  readonly query: QueryClient;
  /** Evaluates the rule for that moment, out of turn. */
  readonly evaluate: (runtime: RuleRuntime, timeMs: number) => void;
}

const PERIOD_MS = 100;

export function createUrgentWatch({ clock, query, evaluate }: UrgentWatchDeps): UrgentWatch {
  let timer: Timer | null = null;
  let generation = 0;

  /** One rule's look. A failure says nothing: the rounds tell of those. */
  const look = async (
    runtime: RuleRuntime,
    rule: AlertingRule,
    seen: Map<RuleRuntime, string>,
    own: number,
  ) => {
    const timeMs = clock.now();
    const expression = rule.additions.recovery?.expression ?? rule.expression;
    try {
      const samples = await query.instant(expression, timeMs - (runtime.group.queryOffsetMs ?? 0));
      if (own !== generation) return;
      const result = outline(rule, samples);
      const before = seen.get(runtime);
      seen.set(runtime, result);
      if (before !== undefined && before !== result) evaluate(runtime, timeMs);
    } catch {
      seen.delete(runtime);
    }
  };

  return {
    start(groups) {
      const own = ++generation;
      const urgent = groups.flatMap(({ rules }) =>
        rules.flatMap((runtime) =>
          runtime.rule.kind === 'alerting' && runtime.rule.additions.urgent
            ? [{ runtime, rule: runtime.rule }]
            : [],
        ),
      );
      if (urgent.length === 0) return;
      const seen = new Map<RuleRuntime, string>();
      let isLooking = false;
      timer = clock.setInterval(() => {
        // A slow answer is waited for, so that looks do not pile up.
        if (isLooking) return;
        isLooking = true;
        void Promise.all(urgent.map(({ runtime, rule }) => look(runtime, rule, seen, own))).then(() => {
          isLooking = false;
        });
      }, PERIOD_MS);
    },
    stop() {
      generation++;
      timer?.cancel();
      timer = null;
    },
  };
}

/** What of a result decides about alerts: which series there are, and which are beyond the threshold. */
function outline({ additions: { recovery } }: AlertingRule, samples: readonly QuerySample[]): string {
  const isBeyond = (value: number): boolean => {
    if (recovery === null) return true;
    return recovery.direction === 'above' ? value > recovery.threshold : value < recovery.threshold;
  };
  return samples
    .map(({ labels, value }) => `${labelsKey(labels)} ${isBeyond(value)}`)
    .sort()
    .join('\n');
}
