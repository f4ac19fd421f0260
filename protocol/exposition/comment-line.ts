import type { MetricType } from '../series/write-series.ts';
import { type ExpositionFormat, METRIC_TYPES } from './family.ts';
import { LineFault } from './line-fault.ts';
import type { LineScanner } from './line-scanner.ts';

export type CommentLine =
  | { readonly kind: 'help' | 'unit'; readonly metric: string; readonly text: string }
  | { readonly kind: 'type'; readonly metric: string; readonly type: MetricType }
  | { readonly kind: 'eof' }
  | { readonly kind: 'remark' };

const REMARK: CommentLine = { kind: 'remark' };

/** A line that starts with `#`; the cursor is behind it. */
export function parseCommentLine(scanner: LineScanner, format: ExpositionFormat): CommentLine {
  scanner.skipBlanks();
  const keyword = scanner.word();
  if (format === 'openmetrics' && keyword === 'EOF') {
    if (!scanner.atEnd) scanner.expected('the end of the line after "# EOF"');
    return { kind: 'eof' };
  }
  if (keyword === 'HELP') {
    const metric = metricName(scanner);
    return { kind: 'help', metric, text: unescapeHelp(scanner.rest(), format) };
  }
  if (keyword === 'UNIT' && format === 'openmetrics') {
    const metric = metricName(scanner);
    return { kind: 'unit', metric, text: scanner.rest().trim() };
  }
  if (keyword !== 'TYPE') return REMARK;
  const metric = metricName(scanner);
  const position = scanner.position;
  const written = scanner.rest().trim();
  const type = written === 'untyped' ? 'unknown' : written;
  if (!isMetricType(type))
    throw new LineFault(position, `expected a metric type, found ${JSON.stringify(written)}`);
  return { kind: 'type', metric, type };
}

function metricName(scanner: LineScanner): string {
  scanner.skipBlanks();
  const name = scanner.current === '"' ? scanner.quoted('metric name') : scanner.name(true);
  if (name === '' || !(scanner.atEnd || /[ \t]/.test(scanner.current))) scanner.expected('a metric name');
  scanner.skipBlanks();
  return name;
}

function unescapeHelp(text: string, format: ExpositionFormat): string {
  const escapes = format === 'openmetrics' ? /\\([\\n"])/g : /\\([\\n])/g;
  return text.replace(escapes, (_, character: string) => (character === 'n' ? '\n' : character));
}

function isMetricType(text: string): text is MetricType {
  return METRIC_TYPES.has(text);
}
