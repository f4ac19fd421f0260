/** What a backtest found out. Times are RFC 3339. */
export interface BacktestReport {
  readonly from: string;
  readonly to: string;
  /** In which the nights are. */
  readonly timeZone: string;
  readonly rules: readonly RuleReport[];
  readonly receivers: readonly ReceiverReport[];
  /** Oldest first; not more than the limit. */
  readonly messages: readonly MessageReport[];
  readonly messagesOmitted: number;
  /** What makes the result less than certain. */
  readonly warnings: readonly string[];
}

export interface RuleReport {
  readonly name: string;
  readonly file: string;
  readonly group: string;
  readonly line: number;
  /** Evaluated every so many seconds. */
  readonly interval: number;
  /** Alerts that would have fired. */
  readonly fired: number;
  /** Alerts that were pending and went away before their `for` was over. */
  readonly dropped: number;
  /** Of all its alerts together, in seconds. */
  readonly firingSeconds: number;
  readonly longestSeconds: number;
  /** Messages in which one of its alerts is, by receiver. */
  readonly messages: Readonly<Record<string, number>>;
  /** The first ones, oldest first; not more than the limit. */
  readonly alerts: readonly PastAlert[];
  /** Why it could not be evaluated; null when it could. */
  readonly error: string | null;
}

export interface PastAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly pendingAt: string;
  readonly firedAt: string;
  /** Null: it would still fire at the end. */
  readonly resolvedAt: string | null;
  readonly value: string;
}

export interface ReceiverReport {
  readonly name: string;
  /** Messages of all its integrations. */
  readonly messages: number;
  /** Those that tell of something that fires; the rest tell that it is over. */
  readonly firing: number;
  /** Of those the ones that only repeat what was told before. */
  readonly repeats: number;
  /** Firing ones between 22:00 and 07:00, and in how many nights of how many. */
  readonly atNight: number;
  readonly nightsDisturbed: number;
  readonly nights: number;
}

export interface MessageReport {
  readonly at: string;
  readonly receiver: string;
  readonly integration: string;
  readonly status: 'firing' | 'resolved';
  readonly reason: string;
  readonly group: string;
  readonly alerts: readonly string[];
}
