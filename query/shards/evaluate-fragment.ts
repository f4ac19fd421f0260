import { type Accumulated, accumulateRows } from '../aggregations/accumulate.ts';
import { Budget } from '../budget.ts';
import type { QueryClock } from '../engine.ts';
import { evaluate } from '../evaluate.ts';
import type { Evaluation } from '../evaluation.ts';
import { Trace } from '../explain/trace.ts';
import { guardStorage } from '../guarded-storage.ts';
import { Notes } from '../notes.ts';
import { QueryError } from '../query-error.ts';
import type { Storage } from '../storage.ts';
import { exprOf, type Fragment, type FragmentAnswer } from './fragment.ts';
import { packGroups, packRows } from './packed-rows.ts';

/** Answers a fragment from the series of `storage`, which is one shard's. Throws QueryError. */
export async function evaluateFragment(
  clock: QueryClock,
  storage: Storage,
  fragment: Fragment,
  signal: AbortSignal,
): Promise<FragmentAnswer> {
  const budget = new Budget(clock, fragment.limits, signal, fragment.elapsedMs);
  const notes = new Notes(fragment.query);
  const { steps, querySteps, lookbackMs, detectsResets, anyOrder, around } = fragment;
  const expr = exprOf(fragment);
  const trace = fragment.explain ? Trace.root(clock) : null;
  const evaluation: Evaluation = {
    steps,
    query: querySteps,
    storage: guardStorage(storage, budget),
    lookbackMs,
    budget,
    notes,
    evaluate,
    detectsResets,
    anyOrder,
    around,
    trace,
  };
  const found = fragment.wanted === 'rows' ? await rows() : await aggregates();
  const { seriesSelected, samplesQueried, samplesPeak, bytesPeak } = budget;
  const cost = {
    seriesSelected,
    samplesQueried,
    samplesPeak,
    bytesPeak,
    elapsedMs: budget.elapsedMs - fragment.elapsedMs,
  };
  return {
    ...found,
    warnings: notes.allWarnings,
    infos: notes.allInfos,
    cost,
    explanation: trace?.only ?? null,
  };

  async function rows(): Promise<Pick<FragmentAnswer, 'rows' | 'state'>> {
    const value = await evaluate(evaluation, expr);
    if (value.kind !== 'vector') throw new QueryError('execution', `Cannot gather a ${value.kind}`);
    return { rows: await packRows(value.block, budget), state: null };
  }

  async function aggregates(): Promise<Pick<FragmentAnswer, 'rows' | 'state'>> {
    if (expr.kind !== 'aggregation')
      throw new QueryError('execution', `Cannot aggregate a ${expr.kind} expression`);
    const work = (inner: Evaluation): Promise<Accumulated> => accumulateRows(inner, expr);
    const { groups, accumulator } =
      trace === null
        ? await work(evaluation)
        : await trace.follow(evaluation, expr, work, ({ groups: found }) => found.labels.length);
    return { rows: await packGroups(groups.labels, groups.dropName, budget), state: accumulator.state };
  }
}
