import { createAccumulator } from '../aggregations/create-accumulator.ts';
import { Budget } from '../budget.ts';
import type { QueryClock } from '../engine.ts';
import { evaluate } from '../evaluate.ts';
import type { Evaluation } from '../evaluation.ts';
import { Notes } from '../notes.ts';
import { openRows } from '../open-rows.ts';
import { nodeAt } from '../parsed-queries.ts';
import { createVisitRows } from '../row-source.ts';
import type { SeriesSource, Storage } from '../storage.ts';
import type { PartnerAnswer, PartnerTask } from './partner.ts';

/** Works out the rows of `series` and adds them to their groups. Throws QueryError. */
export async function aggregateRows(
  clock: QueryClock,
  task: PartnerTask,
  series: readonly SeriesSource[],
  signal: AbortSignal,
): Promise<PartnerAnswer> {
  const { query, place, steps, querySteps, lookbackMs, around, groups, groupOf } = task;
  const expr = nodeAt(query, place);
  if (expr.kind !== 'aggregation') throw new Error(`Cannot aggregate the ${expr.kind} at ${place}: ${query}`);
  const budget = new Budget(clock, task.limits, signal, task.elapsedMs);
  const notes = new Notes(query);
  const evaluation: Evaluation = {
    steps,
    query: querySteps,
    storage: storageOf(series),
    lookbackMs,
    budget,
    notes,
    evaluate,
    detectsResets: false,
    anyOrder: true,
    around,
    trace: null,
  };
  const inner = { function: expr.operator, grouping: expr.grouping, by: !expr.without };
  const rows = await openRows({ ...evaluation, around: inner }, expr.operand);
  if (rows === null) throw new Error(`Cannot make rows one by one: ${query}`);
  budget.hold(groups * steps.count);
  const accumulator = createAccumulator(expr, groups, steps.count);
  const visit = createVisitRows(steps.count, rows, (row, index) => accumulator.add(row, 0, groupOf[index]!));
  for (let row = 0; row < series.length; row++) {
    if (budget.due(steps.count)) await budget.pause();
    visit(row, row + 1);
  }
  const { samplesQueried, samplesPeak, bytesPeak } = budget;
  const { allWarnings: warnings, allInfos: infos } = notes;
  return { state: accumulator.state, warnings, infos, samplesQueried, samplesPeak, bytesPeak };
}

/** Of these series alone, whatever is selected: whoever lent them knows that they are those of the only selector. */
function storageOf(series: readonly SeriesSource[]): Storage {
  const select = (): never => {
    throw new Error('Cannot select series that are only lent');
  };
  return { select, open: async () => series };
}
