/** What was asked in one request. */
export interface Question {
  readonly language: 'PromQL' | 'LogQL';
  /** The expression; of several in one request the first. Empty when the request could not be read. */
  readonly query: string;
  /** How many others were in the same request. */
  readonly others: number;
  /** The time asked about, in milliseconds since the epoch; both null for one moment or when not said. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Null for one moment. */
  readonly stepSeconds: number | null;
}

/** A request for an answer to a query, that was passed on. */
export interface AskedQuery extends Question {
  readonly id: number;
  /** When it came, in milliseconds since the epoch. */
  readonly atMs: number;
  /** To the end of its answer; so far when it runs. */
  readonly tookMs: number;
  readonly isRunning: boolean;
  /** HTTP status of the answer; 0 when there was none to give, because whoever asked had gone. */
  readonly status: number;
  /** Of the answer as it was sent, headers included. */
  readonly bytes: number;
  /** The address it came from. */
  readonly client: string;
  /** The path of the page that asked; empty when it was another program. */
  readonly page: string;
  /** What the program calls itself. */
  readonly program: string;
}
