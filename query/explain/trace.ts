import type { Expr } from '@tocsin/protocol/promql/expr.ts';
import { formatExpr } from '@tocsin/protocol/promql/format.ts';
import type { QueryClock } from '../engine.ts';
import type { Evaluation } from '../evaluation.ts';
import type { RowSource } from '../row-source.ts';
import type { Explanation } from './explanation.ts';
import { ReadTrace } from './read-trace.ts';

/** Follows the evaluation of one node. */
export class Trace {
  readonly #clock: Pick<QueryClock, 'monotonic'>;
  readonly #expr: Expr | null;
  readonly #operands: Trace[] = [];
  readonly #read = new ReadTrace();
  #shards: readonly Explanation[] | null = null;
  #milliseconds = 0;
  #series = 0;
  #samples = 0;

  private constructor(clock: Pick<QueryClock, 'monotonic'>, expr: Expr | null) {
    this.#clock = clock;
    this.#expr = expr;
  }

  /** What stands above the whole expression. */
  static root(clock: Pick<QueryClock, 'monotonic'>): Trace {
    return new Trace(clock, null);
  }

  /** The node's evaluation, as an operand of this one; `rowsOf` tells how many series came out. */
  async follow<T>(
    evaluation: Evaluation,
    expr: Expr,
    work: (inner: Evaluation) => Promise<T>,
    rowsOf: (result: T) => number,
  ): Promise<T> {
    const node = this.#operand(expr);
    const result = await node.#timed(evaluation, () => work(node.#watching(evaluation)));
    node.#series = rowsOf(result);
    return result;
  }

  /** The same for rows that are made when they are asked for. */
  async followRows(
    evaluation: Evaluation,
    expr: Expr,
    open: (inner: Evaluation) => Promise<RowSource | null>,
  ): Promise<RowSource | null> {
    const node = new Trace(this.#clock, expr);
    const source = await node.#timed(evaluation, () => open(node.#watching(evaluation)));
    if (source === null) return null;
    this.#operands.push(node);
    const { budget } = evaluation;
    return {
      ...source,
      fill(index, block, row) {
        const startedMs = node.#clock.monotonic();
        const samples = budget.samplesQueried;
        const filled = source.fill(index, block, row);
        node.#samples += budget.samplesQueried - samples;
        node.#milliseconds += node.#clock.monotonic() - startedMs;
        if (filled > 0) node.#series++;
        return filled;
      },
    };
  }

  /** What each shard did for this node. */
  addShards(shards: readonly Explanation[]): void {
    this.#shards = [...(this.#shards ?? []), ...shards];
  }

  /** Of the only operand of a root; null when nothing was evaluated. */
  get only(): Explanation | null {
    return this.#operands[0]?.explain() ?? null;
  }

  explain(): Explanation {
    return {
      expression: this.#expr === null ? '' : formatExpr(this.#expr),
      seconds: this.#milliseconds / 1_000,
      series: this.#series,
      samples: this.#samples,
      ...(!this.#read.isEmpty && { read: this.#read.explain() }),
      operands: this.#operands.map((operand) => operand.explain()),
      ...(this.#shards && { shards: this.#shards }),
    };
  }

  #operand(expr: Expr): Trace {
    const node = new Trace(this.#clock, expr);
    this.#operands.push(node);
    return node;
  }

  #watching(evaluation: Evaluation): Evaluation {
    return { ...evaluation, trace: this, storage: this.#read.watch(evaluation.storage) };
  }

  async #timed<T>({ budget }: Evaluation, work: () => Promise<T>): Promise<T> {
    const startedMs = this.#clock.monotonic();
    const samples = budget.samplesQueried;
    try {
      return await work();
    } finally {
      this.#milliseconds += this.#clock.monotonic() - startedMs;
      this.#samples += budget.samplesQueried - samples;
    }
  }
}
