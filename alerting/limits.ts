/** What alerting holds and does at most. Each has a counter in metrics.ts or an answer that names it. */
export const ALERTING_LIMITS = {
  /** Alerts held at once, those of the API and those of our rules together. */
  alerts: 200_000,
  silences: 20_000,
  /** Groups with a timer. */
  groups: 50_000,
  /** Rules evaluated at the same time, and queries of one request. */
  evaluations: 1_000,
  queriesPerBatch: 250,
  /** An expression that takes longer is a failed evaluation. */
  queryTimeoutMs: 30_000,
  /** Queries inside of one rule's templates. */
  templateQueries: 100,
  /** Series written in one remote write request. */
  seriesPerWrite: 5_000,
  /** Samples waiting for the aggregator; older ones are dropped. */
  recordedBacklog: 100_000,
  /** Sends running at the same time, and those of one receiver's integration; of one group always one. */
  sends: 128,
  sendsPerIntegration: 4,
  sendTimeoutMs: 30_000,
  /** A mail waits this long for its graphs, and no longer. */
  graphsTimeMs: 4_000,
  /** Answer to a graph's query. */
  graphAnswerBytes: 16 << 20,
  /** A mail server that does not even greet within this time is not waited for. */
  smtpGreetingTimeoutMs: 10_000,
  /** Longest pause between attempts of one notification. */
  retryPauseMs: 5 * 60_000,
  /** A notification that nobody took for this long is given up. */
  retryForMs: 24 * 3_600_000,
  /** One graph of a report, asked and drawn. */
  reportGraphMs: 30_000,
  /** One backtest runs at a time, over at most so much history, for at most so long. */
  backtestRangeMs: 400 * 86_400_000,
  backtestMs: 10 * 60_000,
  backtestQueryMs: 110_000,
  /** Messages of a backtest that are listed, and alerts of each of its rules. */
  backtestMessages: 2_000,
  backtestAlerts: 200,
  /** Rows of history kept. */
  notificationRows: 20_000,
  eventRows: 100_000,
  /** Attempts of one message that are shown. */
  attemptsShown: 1_000,
  /** Alerts one question "why" is answered for, and what is read of the history of each. */
  whyAlerts: 20,
  whyEvents: 500,
  whyMessages: 200,
  /** Alerts of one group that templates are shown; they are told how many there are. */
  alertsInTemplates: 1_000,
  /** Answer of a receiver that is read; its status counts however long its page is. */
  answerBytes: 16 << 20,
  /** Answer of a receiver that is kept, in characters. */
  answerLength: 1_000,
  /** Of one alert that is posted. */
  labelsPerAlert: 128,
  labelNameLength: 1_024,
  labelValueLength: 16 << 10,
  annotationLength: 64 << 10,
  /** Body of an API request. */
  bodyBytes: 16 << 20,
  /** History is forgotten after this long, unless the configuration says otherwise: 90 days. */
  historyMs: 90 * 86_400_000,
  /** Files of rules written through the ruler API. */
  ruleNamespaces: 1_000,
  /** A rule, routing or template file. */
  fileBytes: 16 << 20,
} as const;
