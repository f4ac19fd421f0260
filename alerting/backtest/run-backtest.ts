import type { AlertingRule, RuleGroup } from '@tocsin/rules/rule-file/rule.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createAlertBook } from '../alerts/alert-book.ts';
import { createDispatcher } from '../dispatch/dispatcher.ts';
import type { Group } from '../dispatch/group.ts';
import { offsetMs } from '../evaluation/schedule.ts';
import { createSemaphore } from '../evaluation/semaphore.ts';
import { createNights } from '../history/nights.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { createInhibitor } from '../inhibition/inhibitor.ts';
import { ALERTING_LIMITS } from '../limits.ts';
import { createPipeline } from '../notify/pipeline.ts';
import { inhibitStage } from '../notify/stages/inhibit-stage.ts';
import { muteStage } from '../notify/stages/mute-stage.ts';
import type { Routing } from '../routing/routing.ts';
import { openDatabase } from '../store/database.ts';
import { createStore } from '../store/store.ts';
import { createMessageLog } from './message-log.ts';
import type { BacktestReport } from './report.ts';
import { createRuleReplay, type RuleReplay } from './rule-replay.ts';
import { createVirtualClock } from './virtual-clock.ts';

export interface BacktestConfig {
  readonly groups: readonly RuleGroup[];
  readonly routing: Routing;
  readonly fromMs: number;
  readonly toMs: number;
  /** Rules are evaluated no more often than this; null: as often as they say. */
  readonly stepMs: number | null;
  readonly timeZone: string;
  readonly defaultIntervalMs: number;
  readonly externalUrl: string;
}

export interface BacktestDeps {
  readonly query: RangeQuery;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Share of the time gone through, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const STEP_MIN_MS = 1_000;
const SPAN_MAX_MS = 86_400_000;
/** The aggregator answers 11,000 points of a series at most. */
const STEPS_PER_SPAN = 5_000;
const QUERIES_AT_ONCE = 4;
const FORGET_AFTER_MS = 30 * 60_000;

/**
 * What rules and routes would have done with what is stored: the same state machine, dispatcher and pipeline as in force, on a
 * virtual clock and a database in memory. Silences are left out; they were meant for other alerts.
 * @throws the signal's reason, RangeError on times that make no sense
 */
export async function runBacktest(config: BacktestConfig, deps: BacktestDeps): Promise<BacktestReport> {
  const { groups, routing, fromMs, toMs, externalUrl } = config;
  if (!(fromMs < toMs)) throw new RangeError('Cannot backtest an empty time: "from" must be before "to"');
  if (toMs - fromMs > ALERTING_LIMITS.backtestRangeMs) {
    const days = ALERTING_LIMITS.backtestRangeMs / 86_400_000;
    throw new RangeError(`Cannot backtest more than ${days} days at once`);
  }
  const clock = createVirtualClock(fromMs);
  const store = createStore(openDatabase(':memory:'));
  try {
    const book = createAlertBook(store);
    const rules = new Map<string, string>();
    const log = createMessageLog({
      routing,
      nights: createNights(config.timeZone),
      ruleOf: (fingerprint) => rules.get(fingerprint) ?? null,
    });
    const inhibitor = createInhibitor(routing.inhibitRules, book);
    const pipeline = createPipeline({
      clock,
      random: deps.random,
      store,
      stages: [inhibitStage(inhibitor), muteStage(routing.timeIntervals)],
      receivers: log.receivers,
      // No message of a backtest fails, so that nobody else has to be told.
      fallback: { undelivered: () => undefined, resolved: () => false },
      externalUrl,
      onDecision: () => undefined,
    });
    let refused = 0;
    const dispatcher = createDispatcher(routing.route, {
      clock,
      // Nothing is ever on its way, so that a group forgets what it told at once.
      flush: (group: Group) => dispatcher.release(group, pipeline.flush(group).released),
      lastToldMs: store.outbox.lastToldMs,
      believedFiring: store.outbox.believedFiring,
      onRefused: () => void refused++,
    });
    book.subscribe((alert) => {
      inhibitor.observe(alert);
      dispatcher.dispatch(alert);
    });
    book.onForget((alert) => inhibitor.forget(alert));

    const replays = replaysOf(config, (rule, group, schedule) =>
      createRuleReplay(rule, group, schedule, {
        clock,
        query: deps.query,
        book,
        externalUrl,
        onAlert: (fingerprint) => void rules.set(fingerprint, rule.key),
      }),
    );
    const slots = createSemaphore(QUERIES_AT_ONCE);
    const spanMs = Math.min(SPAN_MAX_MS, ...replays.map(({ stepMs }) => stepMs * STEPS_PER_SPAN));
    for (let startMs = fromMs; startMs < toMs; startMs += spanMs) {
      deps.onProgress?.((startMs - fromMs) / (toMs - fromMs));
      const endMs = Math.min(toMs, startMs + spanMs);
      await Promise.all(
        replays.map(({ replay }) => slots.run(() => replay.load(startMs, endMs, deps.signal))),
      );
      deps.signal.throwIfAborted();
      // Up to, but not including, the next span's first moment.
      await clock.runUntil(endMs - 1, deps.signal);
      book.forgetResolved(clock.now(), FORGET_AFTER_MS, (fingerprint) => !dispatcher.holds(fingerprint));
    }
    dispatcher.stop();
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      timeZone: config.timeZone,
      rules: replays.map(({ replay }) => replay.report(toMs, log.ofRule(replay.rule.key))),
      receivers: log.perReceiver(fromMs, toMs),
      messages: log.messages,
      messagesOmitted: log.omitted,
      warnings: [
        ...warningsOf(groups),
        ...(refused > 0 ? [`${refused} alerts found no group: there are already too many`] : []),
      ],
    };
  } finally {
    store.close();
  }
}

interface PlannedReplay {
  readonly replay: RuleReplay;
  readonly stepMs: number;
}

function replaysOf(
  config: BacktestConfig,
  create: (
    rule: AlertingRule,
    group: RuleGroup,
    schedule: { readonly stepMs: number; readonly offsetMs: number },
  ) => RuleReplay,
): readonly PlannedReplay[] {
  return config.groups.flatMap((group) => {
    const intervalMs = group.intervalMs ?? config.defaultIntervalMs;
    const stepMs = Math.max(intervalMs, config.stepMs ?? 0, STEP_MIN_MS);
    const schedule = { stepMs, offsetMs: offsetMs(group.file, group.name, stepMs) };
    return group.rules.flatMap((rule): readonly PlannedReplay[] =>
      // What would have failed in the past cannot be known.
      rule.kind === 'alerting' && rule.additions.failuresOf === null
        ? [{ replay: create(rule, group, schedule), stepMs }]
        : [],
    );
  });
}

/** Series that these very rules would record are there only if they were in force already. */
function warningsOf(groups: readonly RuleGroup[]): readonly string[] {
  const rules = groups.flatMap((group) => group.rules);
  const recorded = rules.flatMap((rule) => (rule.kind === 'recording' ? [rule.name] : []));
  return rules.flatMap((rule) => {
    const words = new Set(rule.expression.match(/[\w:]+/g));
    const read = recorded.filter((name) => words.has(name));
    if (rule.kind !== 'alerting' || read.length === 0) return [];
    return [`${rule.name} reads ${read.join(', ')}: it is judged by what was recorded then`];
  });
}
