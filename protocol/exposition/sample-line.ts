import { type Labels, labelsFromPairs, METRIC_NAME } from '../labels/labels.ts';
import type { Exemplar } from '../series/write-series.ts';
import type { ExpositionFormat, ExpositionSample } from './family.ts';
import { LineFault } from './line-fault.ts';
import type { LineScanner } from './line-scanner.ts';
import { parseFloatStrict } from './number.ts';

/** The farthest instant a JavaScript date reaches; a timestamp beyond it is a mistake of unit. */
const TIMESTAMP_MS_MAX = 8.64e15;

/** One sample: `name{label="value",...} value [timestamp] [# {exemplar labels} value [timestamp]]`. */
export function parseSampleLine(scanner: LineScanner, format: ExpositionFormat): ExpositionSample {
  const pairs: [string, string][] = [];
  const seen = new Set<string>();
  const metric = scanner.name(true);
  if (metric !== '') {
    pairs.push([METRIC_NAME, metric]);
    seen.add(METRIC_NAME);
  }
  scanner.skipBlanks();
  const start = scanner.position;
  if (scanner.take('{')) parseLabels(scanner, pairs, seen, true);
  if (!seen.has(METRIC_NAME)) {
    if (scanner.position === start) scanner.expected('a metric name');
    throw new LineFault(start, 'the sample has no metric name');
  }
  const value = parseValue(scanner, 'a value');
  const timestampMs = parseTimestamp(scanner, format);
  scanner.skipBlanks();
  const exemplar = format === 'openmetrics' && scanner.take('#') ? parseExemplar(scanner, format) : undefined;
  scanner.skipBlanks();
  if (!scanner.atEnd) scanner.expected('the end of the line');
  return {
    labels: labelsFromPairs(pairs),
    value,
    ...(timestampMs === undefined ? {} : { timestampMs }),
    ...(exemplar === undefined ? {} : { exemplar }),
  };
}

/** Labels after the opening brace, through the closing one; a lone quoted string is the metric's name. */
function parseLabels(
  scanner: LineScanner,
  pairs: [string, string][],
  seen: Set<string>,
  metric: boolean,
): void {
  for (;;) {
    scanner.skipBlanks();
    if (scanner.take('}')) return;
    const position = scanner.position;
    const quoted = scanner.current === '"';
    const name = quoted ? scanner.quoted('name') : scanner.name(false);
    if (name === '') scanner.expected(quoted ? 'a name that is not empty' : 'a label name or "}"');
    scanner.skipBlanks();
    if (scanner.take('=')) {
      scanner.skipBlanks();
      if (name === METRIC_NAME) throw new LineFault(position, 'the metric name is not written as a label');
      add(name, scanner.quoted('label value'), position, pairs, seen);
    } else if (quoted && metric && pairs.length === 0) add(METRIC_NAME, name, position, pairs, seen);
    else scanner.expected(`"=" after label name ${JSON.stringify(name)}`);
    scanner.skipBlanks();
    if (scanner.take('}')) return;
    if (!scanner.take(',')) scanner.expected('"," or "}"');
  }
}

function add(
  name: string,
  value: string,
  position: number,
  pairs: [string, string][],
  seen: Set<string>,
): void {
  if (seen.has(name)) throw new LineFault(position, `label ${JSON.stringify(name)} appears twice`);
  seen.add(name);
  pairs.push([name, value]);
}

function parseValue(scanner: LineScanner, what: string): number {
  scanner.skipBlanks();
  const position = scanner.position;
  const word = scanner.word();
  if (word === '') scanner.expected(what);
  const value = parseFloatStrict(word);
  if (value === undefined) throw new LineFault(position, `expected ${what}, found ${JSON.stringify(word)}`);
  return value;
}

/** Whole milliseconds in the text format, seconds with decimals in OpenMetrics. */
function parseTimestamp(scanner: LineScanner, format: ExpositionFormat): number | undefined {
  scanner.skipBlanks();
  if (scanner.atEnd || (format === 'openmetrics' && scanner.current === '#')) return undefined;
  const position = scanner.position;
  const word = scanner.word();
  const number = format === 'text' && !/^[+-]?\d+$/.test(word) ? undefined : parseFloatStrict(word);
  const timestampMs = number === undefined || format === 'text' ? number : Math.round(number * 1000);
  if (timestampMs === undefined || !(Math.abs(timestampMs) <= TIMESTAMP_MS_MAX)) {
    const unit = format === 'text' ? 'whole milliseconds' : 'seconds';
    throw new LineFault(position, `expected a timestamp in ${unit}, found ${JSON.stringify(word)}`);
  }
  return timestampMs;
}

function parseExemplar(scanner: LineScanner, format: ExpositionFormat): Exemplar {
  scanner.skipBlanks();
  if (!scanner.take('{')) scanner.expected('"{" of an exemplar');
  const pairs: [string, string][] = [];
  parseLabels(scanner, pairs, new Set(), false);
  const labels: Labels = labelsFromPairs(pairs);
  const value = parseValue(scanner, "the exemplar's value");
  const timestampMs = parseTimestamp(scanner, format);
  return timestampMs === undefined ? { labels, value } : { labels, value, timestampMs };
}
