import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import type { AlertingMetrics } from '../metrics.ts';
import { type EvaluateDeps, evaluateRule } from './evaluate-rule.ts';
import { QueryFailure } from './query-failure.ts';
import type { RecordedWriter } from './recorded-writer.ts';
import { rulesBefore } from './rule-order.ts';
import type { GroupRuntime, RuleRuntime } from './rule-runtime.ts';
import { nextEvaluationMs, offsetMs, takeTurn } from './schedule.ts';
import { createSemaphore } from './semaphore.ts';

/** Evaluates groups of rules, each at its own moments. */
export interface Scheduler {
  start(groups: readonly GroupRuntime[]): void;
  /** Begins no further evaluation. */
  stop(): void;
  /** Evaluates one rule out of turn, unless it is being evaluated. */
  evaluateNow(runtime: RuleRuntime, timeMs: number): void;
  /** Resolves when the evaluations that run are done. */
  settled(): Promise<void>;
}

export interface SchedulerDeps extends EvaluateDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: AlertingMetrics;
  readonly writer: RecordedWriter;
  /** The aggregator answered, or could not be asked. */
  readonly onAsked: (reachable: boolean) => void;
}

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { clock, metrics } = deps;
  const timers = new Set<Timer>();
  const running = new Set<Promise<void>>();
  const slots = createSemaphore(ALERTING_LIMITS.evaluations);
  let generation = 0;

  const plan = (group: GroupRuntime, dueMs: number, own: number): void => {
    const timer = clock.setTimeout(() => {
      timers.delete(timer);
      if (own !== generation) return;
      const offset = offsetMs(group.group.file, group.group.name, group.intervalMs);
      const { timeMs, nextMs, missed } = takeTurn({
        nowMs: clock.now(),
        dueMs,
        intervalMs: group.intervalMs,
        offsetMs: offset,
      });
      if (missed > 0) metrics.evaluationsMissed.inc({ group: group.group.name }, missed);
      plan(group, nextMs, own);
      evaluateGroup(group, timeMs);
    }, dueMs - clock.now());
    timers.add(timer);
  };

  const evaluateGroup = (group: GroupRuntime, timeMs: number): void => {
    const startMs = clock.monotonic();
    const done = new Map<RuleRuntime, Promise<void>>();
    for (const runtime of group.rules) {
      if (runtime.running) {
        metrics.evaluationsMissed.inc({ group: group.group.name });
        continue;
      }
      runtime.running = true;
      const before = rulesBefore(group, runtime).map((earlier) => done.get(earlier));
      const turn = (): Promise<void> => slots.run(() => evaluate(runtime, timeMs, generation));
      done.set(runtime, before.length === 0 ? turn() : Promise.all(before).then(turn));
    }
    const all = Promise.all(done.values()).then(() => {
      group.evaluatedMs = timeMs;
      group.evaluationSeconds = (clock.monotonic() - startMs) / 1000;
      running.delete(all);
    });
    running.add(all);
  };

  const evaluate = async (runtime: RuleRuntime, timeMs: number, own: number): Promise<void> => {
    const startMs = clock.monotonic();
    metrics.evaluations.inc();
    try {
      const samples = await evaluateRule(runtime, timeMs, deps, () => own === generation);
      runtime.health = 'ok';
      runtime.failed = false;
      runtime.lastError = '';
      deps.onAsked(true);
      const written = deps.writer.write(samples);
      // A later rule of the group may read what this one records; alerts' own series nobody waits for.
      if (runtime.rule.kind === 'recording') await written;
    } catch (error) {
      // Stopped, or replaced by other rules, while it was running: nobody waits for this one.
      if (own !== generation) return;
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof QueryFailure) deps.onAsked(error.kind === 'refused');
      // Unreachable is one message for all rules, and the watch's.
      const unreachable = error instanceof QueryFailure && error.kind === 'unreachable';
      if (runtime.lastError !== message && !unreachable) {
        deps.log.warn(
          { group: runtime.group.name, rule: runtime.rule.name, error: message },
          'cannot evaluate a rule',
        );
      }
      runtime.health = 'err';
      // Of an aggregator that cannot be asked nothing follows for the rule.
      if (!unreachable) runtime.failed = true;
      runtime.lastError = message;
      metrics.evaluationFailures.inc({ group: runtime.group.name });
    } finally {
      runtime.running = false;
      runtime.evaluatedMs = timeMs;
      runtime.evaluationSeconds = (clock.monotonic() - startMs) / 1000;
      metrics.evaluationDuration.observe(runtime.evaluationSeconds);
    }
  };

  return {
    start(groups) {
      generation++;
      for (const group of groups) {
        const offset = offsetMs(group.group.file, group.group.name, group.intervalMs);
        plan(group, nextEvaluationMs(clock.now(), group.intervalMs, offset), generation);
      }
    },
    stop() {
      generation++;
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
    evaluateNow(runtime, timeMs) {
      if (runtime.running) return;
      runtime.running = true;
      const work = slots
        .run(() => evaluate(runtime, timeMs, generation))
        .then(() => void running.delete(work));
      running.add(work);
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}
