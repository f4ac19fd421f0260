import type { Aggregation } from '@tocsin/protocol/promql/expr.ts';
import type { Evaluation } from '../evaluation.ts';
import { placeOf } from '../parsed-queries.ts';
import type { PartnerAnswer } from '../partner/partner.ts';
import { QueryError } from '../query-error.ts';
import { createVisitRows, type RowSource, type VisitRows } from '../row-source.ts';
import { isShardLocal } from '../shards/is-shard-local.ts';
import type { SeriesSource } from '../storage.ts';
import type { AnyAccumulator } from './create-accumulator.ts';
import type { Groups } from './groups.ts';

/** What a row costs beside its points, in points: finding and decoding its samples. */
const ROW_WORK = 50;
/** The partial aggregate of a piece is worth its way, and being merged, when it is much less than the piece. */
const ROWS_PER_GROUP_MIN = 4;
// Pieces become smaller towards the end, so that both are done at about the same time; one more waits while one is worked at.
const PIECES_AT_ONCE = 2;
const PIECE_ROWS_MIN = 64;
const PIECE_ROWS_MAX = 1_024;
const LEFT_PER_PIECE = 4;
/** Rows between two offers at most, and work between two looks at whether a piece is done: a few milliseconds. */
const STRETCH_ROWS_MAX = 64;
const WORK_PER_LOOK = 50_000;

/** Adds all rows to their groups: some of them worked out beside, in another thread, where there is one and it is worth it. */
export async function addRows(
  evaluation: Evaluation,
  expr: Aggregation,
  rows: RowSource,
  groups: Groups,
  accumulator: AnyAccumulator,
): Promise<void> {
  const { budget, steps } = evaluation;
  const visit = createVisitRows(steps.count, rows, (row, index) =>
    accumulator.add(row, 0, groups.ofRow[index]!),
  );
  const beside = createBeside(evaluation, expr, rows, groups, accumulator, visit);
  const rowWork = steps.count + ROW_WORK;
  const stretch = beside === null ? 1 : clamp(Math.floor(WORK_PER_LOOK / rowWork), 1, STRETCH_ROWS_MAX);
  try {
    let end = rows.labels.length;
    let sinceLook = 0;
    for (let from = 0; from < end; ) {
      end = beside?.lendFrom(from, end) ?? end;
      const to = Math.min(end, from + stretch);
      sinceLook += (to - from) * rowWork;
      if (budget.due((to - from) * steps.count) || (beside !== null && sinceLook > WORK_PER_LOOK)) {
        await budget.pause();
        sinceLook = 0;
      }
      visit(from, to);
      from = to;
    }
    await beside?.finish();
  } finally {
    beside?.cancel();
  }
}

interface Beside {
  /** Lends what is well lent of the last of rows [from, to); returns where the rest of them ends. */
  lendFrom(from: number, to: number): number;
  /** Waits for what is lent, and does what could not be done. */
  finish(): Promise<void>;
  cancel(): void;
}

/** Null where all rows are better worked out here. */
function createBeside(
  evaluation: Evaluation,
  expr: Aggregation,
  rows: RowSource,
  groups: Groups,
  accumulator: AnyAccumulator,
  visit: VisitRows,
): Beside | null {
  const { budget, notes, storage, steps, trace, detectsResets } = evaluation;
  const { partner } = storage;
  const { sources } = rows;
  const place = placeOf(expr);
  // An explanation is to say where the time went; series whose resets are looked for are not as the storage has them.
  if (!partner || !sources || place === null || trace !== null || detectsResets) return null;
  if (!isShardLocal(expr.operand)) return null;
  const rowsMin = Math.max(PIECE_ROWS_MIN, groups.count * ROWS_PER_GROUP_MIN);
  if (rowsMin > PIECE_ROWS_MAX || rowsMin * LEFT_PER_PIECE > sources.length) return null;
  // What is aggregated beside counts as held as well: a query that fits here is not to fail for it.
  if (groups.count * steps.count > budget.samplesLeft) return null;
  if (!partner.isFreeFor(sources.length * (steps.count + ROW_WORK))) return null;
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  budget.signal.addEventListener('abort', onAbort, { once: true });
  const lent = new Set<Promise<void>>();
  const returned: number[] = [];
  let failure: unknown = null;
  /** Until it turns out that few of the series can be lent. */
  let isWorthwhile = true;

  /** Lends rows from the last one before `end` on, down to `from` at most; returns where the rest of them ends. */
  function lend(from: number, end: number): number {
    const taken: number[] = [];
    let row = end;
    while (row > from && !partner!.isFull) {
      row--;
      if (partner!.lend(sources![row] as SeriesSource)) taken.push(row);
      else returned.push(row);
    }
    if (row === end || taken.length * 2 < end - row) isWorthwhile = false;
    if (taken.length > 0) begin(taken);
    return row;
  }

  function begin(taken: readonly number[]): void {
    const task = {
      query: notes.query,
      place: place!,
      steps,
      querySteps: evaluation.query,
      lookbackMs: evaluation.lookbackMs,
      around: evaluation.around,
      limits: budget.limits,
      elapsedMs: budget.elapsedMs,
      groups: groups.count,
      groupOf: Int32Array.from(taken, (row) => groups.ofRow[row]!),
    };
    const work = partner!
      .begin(task, stop.signal)
      .then(merge)
      .catch((error: unknown) => {
        // What the query did wrong it would do wrong here as well; whatever else went wrong may not go wrong here.
        if (error instanceof QueryError) failure ??= error;
        else returned.push(...taken);
      });
    lent.add(work);
    void work.then(() => lent.delete(work));
  }

  function merge(answer: PartnerAnswer): void {
    for (let group = 0; group < groups.count; group++) accumulator.merge(answer.state as never, group, group);
    notes.take(answer.warnings, answer.infos);
    budget.samplesQueried += answer.samplesQueried;
    budget.heldElsewhere(answer.samplesPeak, answer.bytesPeak);
  }

  return {
    lendFrom(from, to) {
      if (failure !== null) throw failure;
      let end = to;
      while (isWorthwhile && lent.size < PIECES_AT_ONCE) {
        const size = Math.min(PIECE_ROWS_MAX, Math.floor((end - from) / LEFT_PER_PIECE));
        if (size < rowsMin) break;
        end = lend(end - size, end);
      }
      return end;
    },
    async finish() {
      while (lent.size > 0) await Promise.all(lent);
      budget.check();
      if (failure !== null) throw failure;
      for (const row of returned) {
        if (budget.due(steps.count)) await budget.pause();
        visit(row, row + 1);
      }
    },
    cancel() {
      budget.signal.removeEventListener('abort', onAbort);
      stop.abort();
    },
  };
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
