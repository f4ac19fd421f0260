import { getLabel } from '@tocsin/protocol/labels/labels.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { TEST_MARK } from '../drill/test-receiver.ts';
import type { RuleEngine } from '../evaluation/rule-engine.ts';
import { createSemaphore } from '../evaluation/semaphore.ts';
import { createNights } from '../history/nights.ts';
import type { SeriesExists } from '../history/series-exists.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { NotifiedAlert } from '../receivers/notification.ts';
import type { Store } from '../store/store.ts';
import { ruleOf } from './firings.ts';
import { judgeReceivers, judgeRules, type KnownRule } from './judge-quality.ts';
import { neverMatched, selectorsOf } from './never-matched.ts';
import type { QualityReport } from './quality-report.ts';

/** Judges the alerts of a span of time. @throws RangeError on a time zone nobody knows */
export type Quality = (fromMs: number, toMs: number, timeZone: string) => Promise<QualityReport>;

export interface QualityDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly engine: Pick<RuleEngine, 'groups' | 'watch'>;
  readonly notifier: Pick<Notifier, 'receivers'>;
  readonly exists: SeriesExists;
}

// What somebody asked for to try the way is no alert.
const isTest = ({ labels }: NotifiedAlert): boolean => getLabel(labels, 'alertname').startsWith(TEST_MARK);
const ASKED_AT_ONCE = 4;
/** How long what is stored is believed: asking again for each look would cost more than it tells. */
const BELIEVED_MS = 10 * 60_000;
/** "Never" is this long. */
const NEVER_MS = 30 * 86_400_000;

export function createQuality(deps: QualityDeps): Quality {
  const { clock, store } = deps;
  const slots = createSemaphore(ASKED_AT_ONCE);
  let believed: { readonly untilMs: number; readonly known: Map<string, Promise<boolean>> } | null = null;

  const knows = (selector: string): Promise<boolean> => {
    const nowMs = clock.now();
    if (!believed || nowMs >= believed.untilMs) believed = { untilMs: nowMs + BELIEVED_MS, known: new Map() };
    const { known } = believed;
    const answer = known.get(selector) ?? slots.run(() => deps.exists(selector, nowMs - NEVER_MS, nowMs));
    known.set(selector, answer);
    // A failure is not believed.
    answer.catch(() => known.delete(selector));
    return answer;
  };

  const rulesInForce = async (): Promise<{
    readonly rules: readonly KnownRule[];
    readonly problem: string | null;
  }> => {
    const groups = deps.engine.groups.filter((group) => group !== deps.engine.watch.group);
    const alerting = groups.flatMap(({ group, rules }) =>
      rules.flatMap(({ rule }) => (rule.kind === 'alerting' ? [{ rule, group }] : [])),
    );
    const judged = alerting.filter(({ rule }) => rule.additions.failuresOf === null);
    const selectors = [...new Set(judged.flatMap(({ rule }) => selectorsOf(rule.expression)))];
    const answers = await Promise.allSettled(selectors.map(knows));
    // Of what could not be asked nothing is claimed.
    const missing = new Set(
      selectors.filter((_, i) => {
        const answer = answers[i]!;
        return answer.status === 'fulfilled' && !answer.value;
      }),
    );
    const failure = answers.find((answer) => answer.status === 'rejected');
    return {
      rules: alerting.map(({ rule, group }) => ({
        name: rule.name,
        group: group.name,
        file: group.file,
        neverMatched:
          rule.additions.failuresOf === null
            ? neverMatched(rule.expression, (selector) => !missing.has(selector))
            : [],
      })),
      problem: failure ? `some series could not be looked up: ${String(failure.reason.message)}` : null,
    };
  };

  return async (fromMs, toMs, timeZone) => {
    const nights = createNights(timeZone);
    const { rules, problem } = await rulesInForce();
    const span = { fromMs, toMs };
    return {
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      timeZone,
      rules: judgeRules(
        rules,
        store.eventsBetween(fromMs, toMs).filter(({ data }) => !ruleOf(data).startsWith(TEST_MARK)),
        span,
      ),
      receivers: judgeReceivers(
        [...deps.notifier.receivers.keys()],
        store.outbox.createdBetween(fromMs, toMs).filter(({ alerts }) => !alerts.every(isTest)),
        nights,
        span,
      ),
      problem,
    };
  };
}
