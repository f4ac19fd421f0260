/** A file of rule unit tests in the format of `promtool test rules`, checked and with durations in milliseconds. */
export interface UnitTestFile {
  readonly file: string;
  /** Paths or globs, as written: relative to the file. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: number;
  /** Names of groups in the order in which they are evaluated; the others go with the first. */
  readonly groupOrder: readonly string[];
  /** Values one representable step apart count as equal. */
  readonly fuzzyCompare: boolean;
  readonly tests: readonly UnitTest[];
}

export interface UnitTest {
  /** As written, or empty; `--run` chooses by it. */
  readonly name: string;
  /** What reports call it: the name, or its place in the file. */
  readonly shownName: string;
  readonly line: number;
  /** Between two values of an input series. */
  readonly intervalMs: number;
  /** Milliseconds since the epoch: when the series and the evaluation begin. */
  readonly startMs: number;
  readonly inputSeries: readonly InputSeries[];
  readonly alertTests: readonly AlertTest[];
  readonly expressionTests: readonly ExpressionTest[];
  readonly externalLabels: Readonly<Record<string, string>>;
  readonly externalUrl: string;
}

export interface InputSeries {
  readonly line: number;
  /** `metric{label="value"}` */
  readonly series: string;
  /** `1 2+3x4 _ stale {{schema:0 count:3}}` */
  readonly values: string;
}

export interface AlertTest {
  readonly line: number;
  /** After the start, as all `evalTimeMs`. */
  readonly evalTimeMs: number;
  readonly alertName: string;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExpectedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ExpressionTest {
  readonly line: number;
  readonly expression: string;
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly labels: string;
  readonly value: number;
  /** In the notation `{{...}}`; empty for a float. */
  readonly histogram: string;
}

/** What a test found wrong. */
export interface TestFailure {
  readonly line: number;
  readonly detail: string;
  /** Absent when it did not come to a comparison. */
  readonly mismatch?: Mismatch;
}

/** What was expected and what came instead, each sorted, for a person to read. */
export interface Mismatch {
  readonly expected: readonly string[];
  readonly got: readonly string[];
}

export interface TestResult {
  readonly test: UnitTest;
  readonly failures: readonly TestFailure[];
}
