/** How a drill goes, or went. Times are milliseconds after the sample was handed to the aggregator. */
export interface DrillReport {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedAt: string;
  /** Of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** The sample was acknowledged; null: not yet. */
  readonly writtenMs: number | null;
  /** An evaluation saw it, and the alert fired. */
  readonly firedMs: number | null;
  readonly messages: readonly DrillMessage[];
  /** What held the alert back from a receiver, or why the drill failed. */
  readonly problems: readonly string[];
  /** The last receiver's answer. */
  readonly totalMs: number | null;
}

export interface DrillMessage {
  readonly receiver: string;
  readonly integration: string;
  readonly outcome: 'waiting' | 'sent' | 'failed' | 'would_send';
  /** Of which `group_wait` is usually the most. */
  readonly routedMs: number;
  readonly answeredMs: number | null;
  readonly detail: string;
}
