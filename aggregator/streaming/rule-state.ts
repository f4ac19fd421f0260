import { type Labels, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { type ClosedWindows, closeGroup } from './close-group.ts';
import { StreamGroup } from './stream-group.ts';
import type { StreamInput } from './stream-input.ts';
import type { StreamRule } from './stream-rule.ts';
import { WindowTally } from './window-tally.ts';

/** One rule at work in one shard owner: its groups, and up to when their windows are closed. */
export class RuleState {
  readonly rule: StreamRule;
  /** In the order in which they came. */
  readonly groups = new Map<string, StreamGroup>();
  /** Since when the rule has been seeing all there is. */
  readonly sinceMs: number;
  /** Windows that end here or earlier take nothing more. */
  closedMs: number;
  readonly #tally: WindowTally;

  constructor(rule: StreamRule, sinceMs: number, closedMs: number) {
    this.rule = rule;
    this.sinceMs = sinceMs;
    this.closedMs = closedMs;
    this.#tally = new WindowTally(rule.outputs);
  }

  /** Lets the input, with these labels, count for its group. */
  join(input: StreamInput, labels: Labels): void {
    const groupLabels = this.rule.groupLabels(labels);
    const key = labelsKey(groupLabels);
    let group = this.groups.get(key);
    if (!group) {
      group = new StreamGroup(groupLabels, this.rule.outputs.length);
      this.groups.set(key, group);
    }
    group.inputs.add(input);
    input.group = group;
  }

  /**
   * Closes the windows that end up to `throughMs`: at once for what is added from now on, and group by group for what they say,
   * with a step for each. No two closings at a time.
   */
  close(throughMs: number): Generator<ClosedWindows> {
    const closedMs = this.closedMs;
    this.closedMs = throughMs;
    return this.#closeGroups(closedMs, throughMs);
  }

  *#closeGroups(closedMs: number, throughMs: number): Generator<ClosedWindows> {
    const { rule, sinceMs } = this;
    const first = { sinceMs, newAfterMs: sinceMs + rule.stalenessMs };
    for (const [key, group] of this.groups) {
      yield closeGroup(rule, group, this.#tally, first, closedMs, throughMs);
      if (group.inputs.size === 0 && group.isSilent) this.groups.delete(key);
    }
  }
}
