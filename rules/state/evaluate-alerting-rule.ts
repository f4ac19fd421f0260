import { NO_LABELS } from '@tocsin/protocol/labels/labels.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import { QueryNeeded } from '../template/query-needed.ts';
import type { AlertState } from './active-alert.ts';
import { alertingRuleTurns, type StandIn, type Step, type StepContext } from './step-alerting-rule.ts';

export interface AlertingEvaluation extends Omit<StepContext, 'answers' | 'standIn'> {
  /** The instant vector of an expression, at the moment the rule is evaluated for. */
  readonly ask: (expression: string) => Promise<readonly QuerySample[]>;
  /** What a failure of `ask` says against the rule; null when it is not the rule's, and is to be thrown on. */
  readonly faultOf: (error: unknown) => string | null;
  /** For a rule about another's failures: whether that one failed. */
  readonly subjectFailed: boolean;
  /** Queries the templates may ask. */
  readonly templateQueries: number;
  /** Lets others have a turn, where somebody waits for one. */
  readonly pause?: () => Promise<void>;
}

/**
 * One evaluation of an alerting rule: asks what it needs to know and steps its state machine, which stays as it
 * is when this throws. A step may carry the error of an evaluation that failed, and a state made up for it.
 */
export async function evaluateAlertingRule(
  rule: AlertingRule,
  state: AlertState,
  timeMs: number,
  evaluation: AlertingEvaluation,
): Promise<Step> {
  const { additions } = rule;
  const step = (samples: readonly QuerySample[], standIn?: StandIn) =>
    stepWithAnswers(rule, samples, state, timeMs, evaluation, standIn);
  if (additions.failuresOf !== null)
    return await step(evaluation.subjectFailed ? [{ labels: NO_LABELS, value: 1 }] : []);
  try {
    const samples = await evaluation.ask(additions.recovery?.expression ?? rule.expression);
    if (samples.length > 0 || additions.noData === null) return await step(samples);
    const data = await evaluation.ask(additions.noData.expression);
    if (data.length > 0) return await step([]);
    return await step([], { state: additions.noData.state, reason: 'there is no data' });
  } catch (error) {
    const fault = additions.onError === 'keep_last' ? null : evaluation.faultOf(error);
    if (fault === null) throw error;
    const standIn = { state: additions.onError, reason: `the evaluation failed (${fault})` };
    return { ...(await step([], standIn)), error: fault };
  }
}

/** Runs the state machine, answering the queries its templates ask until it needs no more. */
async function stepWithAnswers(
  rule: AlertingRule,
  samples: readonly QuerySample[],
  state: AlertState,
  timeMs: number,
  evaluation: AlertingEvaluation,
  standIn?: StandIn,
): Promise<Step> {
  const answers = new Map<string, readonly QuerySample[]>();
  const context: StepContext = { ...evaluation, answers, ...(standIn ? { standIn } : {}) };
  for (;;) {
    try {
      const turns = alertingRuleTurns(rule, samples, state, timeMs, context);
      for (;;) {
        const turn = turns.next();
        if (turn.done) return turn.value;
        await evaluation.pause?.();
      }
    } catch (error) {
      if (!(error instanceof QueryNeeded)) throw error;
      if (answers.size >= evaluation.templateQueries)
        throw new Error(`the rule's templates ask more than ${evaluation.templateQueries} queries`);
      answers.set(error.expression, await evaluation.ask(error.expression));
    }
  }
}
