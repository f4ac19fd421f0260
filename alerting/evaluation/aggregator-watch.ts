import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import type { AlertingRule } from '@tocsin/rules/rule-file/rule.ts';
import { stepAlertingRule } from '@tocsin/rules/state/step-alerting-rule.ts';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { applyStep, type EvaluateDeps } from './evaluate-rule.ts';
import { QueryFailure } from './query-failure.ts';
import { createGroupRuntime, type GroupRuntime } from './rule-runtime.ts';

/** Turns "the aggregator cannot be asked" into an alert. Needs no data, for there is none then. */
export interface AggregatorWatch {
  /** The built-in rule as the API shows it. */
  readonly group: GroupRuntime;
  readonly reachable: boolean;
  /** What evaluations found out in passing. */
  observe(reachable: boolean): void;
  start(): void;
  stop(): void;
}

const PERIOD_MS = 15_000;
// `vector(0)` is what the API shows; the watch itself decides when it "holds".
const RULES = `groups:
  - name: built-in
    interval: 15s
    rules:
      - alert: TocsinAggregatorUnreachable
        expr: vector(0)
        for: 30s
        keep_firing_for: 30s
        labels: { severity: critical, job: tocsin, part: aggregator, layer: system }
        annotations:
          summary: The aggregator cannot be asked
          description: >-
            No query has been answered for {{ humanizeDuration $value }}. While this lasts no rule is evaluated, so
            nothing else can alert; alerts that were firing go on firing.
          runbook_url: "{{ $externalURL }}/docs/runbooks/TocsinAggregatorUnreachable.md"
`;

export interface AggregatorWatchDeps extends EvaluateDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly onChange: (reachable: boolean) => void;
}

export function createAggregatorWatch(deps: AggregatorWatchDeps): AggregatorWatch {
  const { clock } = deps;
  const group = createGroupRuntime(loadRuleFile('built-in', RULES)[0]!, PERIOD_MS);
  const runtime = group.rules[0]!;
  const rule = runtime.rule as AlertingRule;
  let reachable = true;
  let answeredMs = 0;
  let observedMs = 0;
  let timer: Timer | null = null;

  const observe = (answered: boolean): void => {
    observedMs = clock.monotonic();
    if (answered) answeredMs = observedMs;
    if (answered !== reachable) {
      reachable = answered;
      deps.onChange(answered);
    }
  };
  const step = (): void => {
    const timeMs = clock.now();
    const seconds = Math.round((clock.monotonic() - answeredMs) / 1000);
    const samples = reachable ? [] : [{ labels: labelsFromObject({}), value: seconds }];
    try {
      const applied = applyStep(
        runtime,
        rule,
        stepAlertingRule(rule, samples, runtime.state, timeMs, {
          externalLabels: [],
          externalUrl: deps.externalUrl,
          answers: new Map(),
          limit: 0,
        }),
        timeMs,
        deps,
      );
      // One alert: nobody has to wait for a turn.
      while (!applied.next().done);
      runtime.health = 'ok';
    } catch (error) {
      runtime.health = 'err';
      runtime.lastError = error instanceof Error ? error.message : String(error);
      deps.log.error({ err: error }, 'cannot record that the aggregator is unreachable');
    }
    runtime.evaluatedMs = timeMs;
    group.evaluatedMs = timeMs;
  };
  const tick = async (): Promise<void> => {
    // Evaluations ask often enough; only without them is the aggregator asked for this alone.
    if (clock.monotonic() - observedMs >= PERIOD_MS - 1_000) {
      try {
        await deps.query.instant('vector(0)', clock.now());
        observe(true);
      } catch (error) {
        observe(error instanceof QueryFailure && error.kind === 'refused');
      }
    }
    step();
  };

  return {
    group,
    get reachable() {
      return reachable;
    },
    observe,
    start() {
      answeredMs = clock.monotonic();
      observedMs = answeredMs - PERIOD_MS;
      timer = clock.setInterval(() => void tick(), PERIOD_MS);
    },
    stop: () => timer?.cancel(),
  };
}
