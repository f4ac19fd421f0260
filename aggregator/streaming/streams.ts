import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import type { SeriesTable } from '../series/series-table.ts';
import type { ClosedWindows } from './close-group.ts';
import { ruleOf, withoutRule } from './input-key.ts';
import { RuleState } from './rule-state.ts';
import { type InputVerdict, StreamInput } from './stream-input.ts';
import type { StreamRule } from './stream-rule.ts';

/** What closed windows say, as a remote write 1.0 request; numbered, so that it can be told which have been written. */
export interface StreamOutput {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Windows to close: those of the rule that end at `throughMs` or earlier. Infinity ends the rule. */
export interface WindowClosing {
  readonly rule: string;
  readonly throughMs: number;
}

/** What is counted, since the process began. */
export interface StreamCounters {
  samples: number;
  late: number;
  overfull: number;
  outputs: number;
}

const SERIES_A_REQUEST_MAX = 2_000;

/**
 * What one shard owner aggregates as it comes in: a state machine over inputs and closings, in the order of the journal, so that
 * going through them again comes to the same.
 */
export class Streams {
  readonly counters: StreamCounters = { samples: 0, late: 0, overfull: 0, outputs: 0 };
  readonly rules = new Map<string, RuleState>();
  /** Outputs that are not known to be written, oldest first. */
  pending: readonly StreamOutput[] = [];
  /** The number of the next output. */
  nextNumber = 1;
  #table: SeriesTable;
  readonly #samplesMax: number;
  /** Samples in open windows. */
  #samples = 0;
  /** By number of a series; null: it is none of these, undefined: not looked at yet. */
  #inputs: (StreamInput | null | undefined)[] = [];

  constructor(table: SeriesTable, samplesMax: number) {
    this.#table = table;
    this.#samplesMax = samplesMax;
  }

  /** True while no rule is at work: then no series is an input of one. */
  get isIdle(): boolean {
    return this.rules.size === 0;
  }

  get sampleCount(): number {
    return this.#samples;
  }

  get groupCount(): number {
    let count = 0;
    for (const { groups } of this.rules.values()) count += groups.size;
    return count;
  }

  /** A rule that is at work already stays as it is. */
  addRule(rule: StreamRule, sinceMs: number, closedMs: number): RuleState {
    const known = this.rules.get(rule.id);
    if (known) return known;
    const state = new RuleState(rule, sinceMs, closedMs);
    this.rules.set(rule.id, state);
    return state;
  }

  /** Whether samples of the series are for a rule, and not to be stored. */
  isInput(series: number): boolean {
    return this.inputOf(series) !== null;
  }

  inputOf(series: number): StreamInput | null {
    const known = this.#inputs[series];
    if (known !== undefined) return known;
    const rule = ruleOf(this.#table.readLabels(series));
    const input = rule === null ? null : new StreamInput(series, rule);
    this.#inputs[series] = input;
    return input;
  }

  add(input: StreamInput, timeMs: number, value: number, startMs: number): InputVerdict {
    const state = this.rules.get(input.rule);
    if (state === undefined || timeMs <= state.closedMs) {
      this.counters.late++;
      return 'late';
    }
    if (this.#samples >= this.#samplesMax) {
      this.counters.overfull++;
      return 'overfull';
    }
    const before = input.timesMs.length;
    const verdict = input.add(timeMs, value, startMs);
    if (input.timesMs.length === before) return verdict;
    this.#samples++;
    this.counters.samples++;
    if (input.group === null) state.join(input, withoutRule(this.#table.readLabels(input.series)));
    return verdict;
  }

  /**
   * Closes windows: what is added from now on is not in them any more, and what they say is `pending` once the last step is
   * done. No two closings at a time.
   */
  close(closings: readonly WindowClosing[]): Generator<void> {
    const states = closings.flatMap(({ rule, throughMs }) => {
      const state = this.rules.get(rule);
      return state && throughMs > state.closedMs ? [{ state, groups: state.close(throughMs) }] : [];
    });
    return this.#steps(states);
  }

  *#steps(
    states: readonly { readonly state: RuleState; readonly groups: Generator<ClosedWindows> }[],
  ): Generator<void> {
    let series: WriteSeries[] = [];
    const outputs: StreamOutput[] = [];
    const send = (): void => {
      if (series.length > 0) outputs.push({ number: this.nextNumber++, bytes: encodeWriteRequestV1(series) });
      series = [];
    };
    for (const { state, groups } of states) {
      for (const closed of groups) {
        this.#samples -= closed.samples;
        for (const one of closed.series) {
          this.counters.outputs += one.values.length;
          series.push(one);
        }
        if (series.length >= SERIES_A_REQUEST_MAX) send();
        yield;
      }
      if (state.closedMs === Number.POSITIVE_INFINITY) this.#end(state.rule.id);
    }
    send();
    this.pending = [...this.pending, ...outputs];
  }

  /** The outputs up to this number are stored. */
  written(number: number): void {
    this.pending = this.pending.filter((output) => output.number > number);
  }

  /** Marks the series whose samples still count for something. */
  markLive(live: Uint8Array): void {
    for (const [series, input] of this.#inputs.entries()) if (input?.group) live[series] = 1;
  }

  /** Series have new numbers, by the old ones; those not marked in `kept` are gone. */
  renumber(table: SeriesTable, kept: Uint8Array, numberOf: Uint32Array): void {
    this.#table = table;
    const inputs: (StreamInput | null | undefined)[] = [];
    for (const [series, input] of this.#inputs.entries()) {
      if (!input || kept[series] !== 1) continue;
      input.series = numberOf[series]!;
      inputs[input.series] = input;
    }
    this.#inputs = inputs;
  }

  /** Known inputs that are in no group, because they have been quiet for too long. */
  *quiet(): Generator<StreamInput> {
    for (const input of this.#inputs) if (input && input.group === null) yield input;
  }

  /** The canonical label bytes of an input. */
  keyOf(input: StreamInput): Uint8Array {
    return this.#table.keyOf(input.series);
  }

  /** The input with these canonical label bytes; of a rule, when they are those of one. */
  restore(key: Uint8Array): StreamInput | null {
    return this.inputOf(this.#table.addKey(key, 0, key.length));
  }

  /** Counts samples that were restored. */
  countRestored(samples: number): void {
    this.#samples += samples;
  }

  /** Takes a restored input into its group. */
  rejoin(input: StreamInput): void {
    this.rules.get(input.rule)?.join(input, withoutRule(this.#table.readLabels(input.series)));
  }

  #end(rule: string): void {
    this.rules.delete(rule);
    for (const [series, input] of this.#inputs.entries())
      if (input?.rule === rule) this.#inputs[series] = undefined;
  }
}
