/** What one node of a query did. A plain value: it travels between threads, and to the client. */
export interface Explanation {
  /** As PromQL. */
  readonly expression: string;
  /** Wall time with that of its operands, waiting for others included. */
  readonly seconds: number;
  /** Of its value, at all steps together; 0 for a number. */
  readonly series: number;
  /** Read for it and its operands, counted as `totalQueryableSamples`: once for each step they are used at. */
  readonly samples: number;
  /** What it read itself; absent when nothing. */
  readonly read?: ReadExplanation;
  readonly operands: readonly Explanation[];
  /** What each shard did for it, side by side, in the order of the shards; absent where it was worked out in one place. */
  readonly shards?: readonly Explanation[];
}

export interface ReadExplanation {
  readonly series: number;
  /** Decoded, each once for a reading. */
  readonly samples: number;
  /** How many of those stand for a window of a roll-up tier. */
  readonly rolledUp: number;
  /** Where the series were found: `head` in memory, else the files' tier, `raw` or a resolution. One may be in several. */
  readonly sources: Readonly<Record<string, SourceExplanation>>;
}

export interface SourceExplanation {
  readonly series: number;
  /** 0 for what is in memory. */
  readonly files: number;
}
