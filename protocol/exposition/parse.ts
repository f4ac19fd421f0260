import type { MetricMetadata, MetricType } from '../series/write-series.ts';
import { parseCommentLine } from './comment-line.ts';
import type { ExpositionError, ExpositionFormat, ExpositionSample } from './family.ts';
import { REFUSED_LINES_MAX } from './limits.ts';
import { LineFault } from './line-fault.ts';
import { LineScanner } from './line-scanner.ts';
import { parseSampleLine } from './sample-line.ts';

export interface ParsedExposition {
  readonly samples: readonly ExpositionSample[];
  readonly metadata: readonly MetricMetadata[];
  /** One for each refused line, in order. A scraper fails on any; an importer keeps what is good and reports these. */
  readonly errors: readonly ExpositionError[];
}

interface FamilyInProgress {
  type: MetricType;
  help: string;
  unit: string;
}

/**
 * Reads the Prometheus text format 0.0.4 or OpenMetrics 1.0 (github.com/prometheus/docs exposition_formats.md, and
 * the OpenMetrics specification), with quoted UTF-8 names. Never throws: a line that cannot be read is refused by
 * itself. After `REFUSED_LINES_MAX` of them the rest of the body is not read, and the last error says so.
 *
 * More lenient than OpenMetrics on blank lines, repeated blanks and the order of comments; not on `# EOF`, without
 * which a body cut short would pass for a whole one.
 */
export function parseExposition(body: string | Uint8Array, format: ExpositionFormat): ParsedExposition {
  const { text, invalidUtf8 } = decode(body);
  const samples: ExpositionSample[] = [];
  const families = new Map<string, FamilyInProgress>();
  const errors: ExpositionError[] = [];
  let line = 0;
  let ended = false;
  for (let start = 0; start < text.length; ) {
    line++;
    const newline = text.indexOf('\n', start);
    const next = newline < 0 ? text.length : newline + 1;
    const lineEnd = newline < 0 ? text.length : newline;
    const end = text.charCodeAt(lineEnd - 1) === 13 && lineEnd > start ? lineEnd - 1 : lineEnd;
    try {
      if (ended) throw new LineFault(start, 'nothing may follow "# EOF"');
      if (invalidUtf8) refuseReplacement(text, start, end);
      const scanner = new LineScanner(text, start, end);
      scanner.skipBlanks();
      if (scanner.take('#')) ended = note(scanner, format, families);
      else if (!scanner.atEnd) samples.push(parseSampleLine(scanner, format));
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      errors.push({ line, column: error.position - start + 1, message: error.message });
      if (errors.length === REFUSED_LINES_MAX) {
        errors.push({
          line,
          column: 1,
          message: `${REFUSED_LINES_MAX} lines are refused; the rest is not read`,
        });
        break;
      }
    }
    start = next;
  }
  if (format === 'openmetrics' && !ended && errors.length < REFUSED_LINES_MAX)
    errors.push({ line: line + 1, column: 1, message: 'the body ends without "# EOF"; it may be cut short' });
  const metadata = [...families].map(([metric, family]) => ({ metric, ...family }));
  return { samples, metadata, errors };
}

/** Keeps what a comment says of a family; true when it is `# EOF`. */
function note(
  scanner: LineScanner,
  format: ExpositionFormat,
  families: Map<string, FamilyInProgress>,
): boolean {
  const comment = parseCommentLine(scanner, format);
  if (comment.kind === 'eof') return true;
  if (comment.kind === 'remark') return false;
  let family = families.get(comment.metric);
  if (family === undefined) {
    family = { type: 'unknown', help: '', unit: '' };
    families.set(comment.metric, family);
  }
  if (comment.kind === 'type') family.type = comment.type;
  else if (comment.kind === 'help') family.help = comment.text;
  else family.unit = comment.text;
  return false;
}

function decode(body: string | Uint8Array): { text: string; invalidUtf8: boolean } {
  if (typeof body === 'string') return { text: body, invalidUtf8: false };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(body), invalidUtf8: false };
  } catch {
    // Somewhere there is an invalid byte: only the lines that hold one are to be refused.
    return { text: new TextDecoder().decode(body), invalidUtf8: true };
  }
}

function refuseReplacement(text: string, start: number, end: number): void {
  // Of the line alone: a search from here on would read the rest of the body once a line.
  const at = text.slice(start, end).indexOf('\ufffd');
  if (at >= 0) throw new LineFault(start + at, 'invalid UTF-8');
}
