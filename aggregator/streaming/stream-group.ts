import type { Labels } from '@tocsin/protocol/labels/labels.ts';
import type { StreamInput } from './stream-input.ts';

/** The inputs whose samples a rule puts together, and what goes on from window to window. */
export class StreamGroup {
  readonly labels: Labels;
  /** In the order in which they came. */
  readonly inputs = new Set<StreamInput>();
  /** All increase so far, without and with what counters had when they were first seen. */
  totalPrometheus = 0;
  total = 0;
  /** By output: whether the last window had a value; when the next has none, a stale marker says so. */
  readonly spoken: boolean[];

  constructor(labels: Labels, outputs: number) {
    this.labels = labels;
    this.spoken = new Array<boolean>(outputs).fill(false);
  }

  get isSilent(): boolean {
    return !this.spoken.includes(true);
  }
}
