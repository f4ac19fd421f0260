/** A report that is mailed again and again. */
export interface ReportConfig {
  /** Of the calendar, in `timeZone`; weeks begin on Monday. */
  readonly every: 'day' | 'week' | 'month';
  /** When on the day after the one, seven or so it is about, as `08:00`. */
  readonly at: string;
  readonly timeZone: string;
  /** A receiver with email_configs; all of them get it. */
  readonly receiver: string;
  readonly title: string;
  /** What is drawn beside what fired. */
  readonly graphs: readonly ReportGraph[];
}

export interface ReportGraph {
  readonly title: string;
  /** PromQL. */
  readonly expression: string;
}
