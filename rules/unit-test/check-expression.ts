import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { compareLabels, formatLabels, type Labels } from '@tocsin/protocol/labels/labels.ts';
import { parseValues, splitMetric } from '@tocsin/protocol/series-notation/series-notation.ts';
import type { Engine } from '@tocsin/query/engine.ts';
import type { QuerySample } from '../template/annotation-functions.ts';
import { formatFloat } from '../template/float.ts';
import { histogramText } from './histogram-text.ts';
import { instantSamples } from './instant-samples.ts';
import type { SeriesStore } from './series-store.ts';
import type { ExpectedSample, ExpressionTest, TestFailure } from './unit-test.ts';

export interface ExpressionDeps {
  readonly engine: Engine;
  readonly store: SeriesStore;
  readonly startMs: number;
  readonly fuzzy: boolean;
}

/** Null when the expression yields exactly the expected samples. */
export async function checkExpression(
  test: ExpressionTest,
  { engine, store, startMs, fuzzy }: ExpressionDeps,
): Promise<TestFailure | null> {
  const what = `expression ${test.expression.trim()} at ${test.evalTimeMs / 1_000} s`;
  let got: readonly QuerySample[];
  let expected: readonly QuerySample[];
  try {
    got = sorted(await instantSamples(engine, store, test.expression, startMs + test.evalTimeMs));
    expected = sorted(test.expected.map(readSample));
  } catch (error) {
    return { line: test.line, detail: `${what}: ${error instanceof Error ? error.message : String(error)}` };
  }
  const equal =
    got.length === expected.length && expected.every((sample, i) => isEqual(sample, got[i]!, fuzzy));
  if (equal) return null;
  return { line: test.line, detail: what, mismatch: { expected: expected.map(show), got: got.map(show) } };
}

function readSample({ labels: text, value, histogram: notation }: ExpectedSample): QuerySample {
  const labels = readLabels(text);
  if (notation === '') return { labels, value };
  const values = parseValues(notation);
  const [histogram] = values;
  if (values.length !== 1) throw new Error(`labels "${text}": expected 1 value, got ${values.length}`);
  if (typeof histogram !== 'object' || histogram === null)
    throw new Error(`labels "${text}": expected a histogram, got ${notation}`);
  return { labels, value, histogram };
}

function readLabels(text: string): Labels {
  if (text.trim() === '') return [];
  const { labels, rest } = splitMetric(text);
  if (rest.trim() !== '') throw new Error(`labels "${text}": unexpected "${rest.trim()}"`);
  return labels;
}

/** Numbers must be equal, which NaN is not even with itself: promtool compares so, and rules are moved between the two. */
function isEqual(a: QuerySample, b: QuerySample, fuzzy: boolean): boolean {
  if (compareLabels(a.labels, b.labels) !== 0 || textOf(a.histogram) !== textOf(b.histogram)) return false;
  return a.value === b.value || (fuzzy && areNeighbours(a.value, b.value));
}

const floats = new Float64Array(2);
const bits = new BigInt64Array(floats.buffer);

/** No other float lies between them. */
function areNeighbours(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  floats[0] = a;
  floats[1] = b;
  // The bits of positive floats count up with them, those of negative ones down.
  const [x, y] = [...bits].map((each) => (each < 0n ? -(each & 0x7fff_ffff_ffff_ffffn) : each));
  const distance = x! - y!;
  return distance >= -1n && distance <= 1n;
}

function textOf(histogram: Histogram | undefined): string {
  return histogram ? histogramText(histogram) : '';
}

function sorted(samples: readonly QuerySample[]): readonly QuerySample[] {
  return [...samples].sort((a, b) => compareLabels(a.labels, b.labels));
}

function show({ labels, value, histogram }: QuerySample): string {
  return `${formatLabels(labels)} ${histogram ? histogramText(histogram) : formatFloat(value, 'g', -1)}`;
}
