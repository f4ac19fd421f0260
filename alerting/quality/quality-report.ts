/** How good the alerts of a span of time were. Times are RFC 3339. */
export interface QualityReport {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly rules: readonly RuleQuality[];
  readonly receivers: readonly ReceiverQuality[];
  /** Why some of it could not be found out; null: all was. */
  readonly problem: string | null;
}

export interface RuleQuality {
  readonly name: string;
  /** Null for alerts of a rule that is gone. */
  readonly group: string | null;
  readonly file: string | null;
  /** How often its alerts fired, and how many different ones. */
  readonly fired: number;
  readonly alerts: number;
  /** Pending ones that went away before their `for` was over. */
  readonly dropped: number;
  readonly firingSeconds: number;
  /** Of those that are over; null when none is. */
  readonly medianSeconds: number | null;
  /** Alerts that came back again and again. */
  readonly flapping: readonly FlappingAlert[];
  /** Selectors no stored series of the last 30 days fits, without which the rule can never fire; empty when it can. */
  readonly neverMatched: readonly string[];
}

export interface FlappingAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  /** Times it fired within the hours in which it did so most often. */
  readonly fired: number;
}

export interface ReceiverQuality {
  readonly name: string;
  readonly messages: number;
  readonly firing: number;
  readonly failed: number;
  /** Messages of something that fires, between 22:00 and 07:00, and in how many nights of how many. */
  readonly atNight: number;
  readonly nightsDisturbed: number;
  readonly nights: number;
}

/** An alert that fires so often within so long is said to flap. */
export const FLAPPING = { fired: 4, withinMs: 6 * 3_600_000 };
