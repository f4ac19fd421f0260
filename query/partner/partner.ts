import type { Around } from '../evaluation.ts';
import type { QueryLimits } from '../limits.ts';
import type { NoteList } from '../notes.ts';
import type { Steps } from '../steps.ts';
import type { SeriesSource } from '../storage.ts';

/** Rows of an aggregation to work out: a plain value, as it goes to another thread. */
export interface PartnerTask {
  readonly query: string;
  /** The aggregation, by its place in the query; its operand makes a row of each series. */
  readonly place: number;
  readonly steps: Steps;
  readonly querySteps: Steps;
  readonly lookbackMs: number;
  readonly around: Around;
  readonly limits: QueryLimits;
  /** How much of the time limit is used up. */
  readonly elapsedMs: number;
  readonly groups: number;
  /** By row, its group. */
  readonly groupOf: Int32Array<ArrayBuffer>;
}

export interface PartnerAnswer {
  /** The state of the aggregation's accumulator, its groups those of the task. */
  readonly state: unknown;
  readonly warnings: NoteList;
  readonly infos: NoteList;
  readonly samplesQueried: number;
  readonly samplesPeak: number;
  readonly bytesPeak: number;
}

/**
 * Evaluates beside the evaluator, in another thread: what one thread has all series for need not be one thread's work. It is lent
 * series, as they are stored, and works out their rows.
 */
export interface Partner {
  /** Whether it has nothing to do, and so much work (in samples and points) is worth telling it of. */
  isFreeFor(work: number): boolean;
  /**
   * Lends it series; false for one it cannot read, which its owner then does. Nothing is awaited between the first and `begin`.
   */
  lend(source: SeriesSource): boolean;
  /** Whether what it was lent is enough for a time, for the memory it takes. */
  readonly isFull: boolean;
  /** Has it work out the rows of what it was lent since the last time, `groupOf` in the same order. */
  begin(task: PartnerTask, signal: AbortSignal): Promise<PartnerAnswer>;
}
