import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import type { Histogram } from '@tocsin/protocol/histogram/histogram.ts';
import { compareStrings, type Labels, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { numberArgument, textArgument } from './argument.ts';
import { escapeQuery } from './escape.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage } from './humanize.ts';
import { TEXT_FUNCTIONS, title } from './text-functions.ts';
import { goDuration, goTime } from './time.ts';
import {
  type FunctionTable,
  functionTable,
  type GoList,
  type GoStruct,
  goFunction,
  goList,
  goStringMap,
  goStruct,
  type Value,
} from './value.ts';

/** One series of a `query` answer. */
export interface QuerySample {
  readonly labels: Labels;
  /** 0 where there is a histogram, as templates see it. */
  readonly value: number;
  readonly histogram?: Histogram;
}

export interface AnnotationContext {
  /** Answers `query`. Evaluation is synchronous, so what is not known yet is thrown out of the template (see query-needed.ts). */
  readonly query: (expression: string) => readonly QuerySample[];
  /** Milliseconds since the epoch at which the rule is evaluated. */
  readonly timeMs: number;
  /** Without a slash at the end. */
  readonly externalUrl: string;
}

/** The functions of Prometheus' alert templates (template/template.go there), without those of its consoles. */
export function annotationFunctions(context: AnnotationContext): FunctionTable {
  return functionTable([
    ...TEXT_FUNCTIONS,
    goFunction('title', (text) => title(textArgument(text)), 1),
    goFunction(
      'query',
      (expression) => goList(context.query(textArgument(expression)).map(goSample), 'template.queryResult'),
      1,
    ),
    goFunction(
      'first',
      (vector) => listOf(vector).items[0] ?? refuse('first() called on vector with no elements'),
      1,
    ),
    goFunction('label', (name, sample) => labelOf(sample, textArgument(name)), 2),
    goFunction('value', (sample) => structOf(sample).fields.get('Value') ?? null, 1),
    goFunction('strvalue', (sample) => labelOf(sample, '__value__'), 1),
    goFunction(
      'args',
      (...values) => ({
        kind: 'map',
        type: 'map[string]interface {}',
        entries: new Map(values.map((value, i) => [`arg${i}`, value])),
        zero: null,
      }),
      0,
      null,
    ),
    goFunction('sortByLabel', (name, vector) => sortByLabel(textArgument(name), listOf(vector)), 2),
    goFunction('humanize', (value) => humanize(numberArgument(value)), 1),
    goFunction('humanize1024', (value) => humanize1024(numberArgument(value)), 1),
    goFunction('humanizeDuration', (value) => humanizeDuration(numberArgument(value)), 1),
    goFunction('humanizePercentage', (value) => humanizePercentage(numberArgument(value)), 1),
    goFunction('humanizeTimestamp', (value) => humanizeTimestamp(numberArgument(value)), 1),
    goFunction('toTime', (value) => timeAt(numberArgument(value)), 1),
    goFunction('toDuration', (value) => goDuration(numberArgument(value) * 1e9), 1),
    goFunction('now', () => context.timeMs / 1000, 0),
    goFunction('parseDuration', (text) => parseDuration(textArgument(text)), 1),
    goFunction('urlQueryEscape', (text) => escapeQuery(textArgument(text)), 1),
    goFunction('stripPort', (text) => stripPort(textArgument(text)), 1),
    goFunction('stripDomain', (text) => stripDomain(textArgument(text)), 1),
    goFunction('graphLink', (expression) => graphLink(textArgument(expression), 0), 1),
    goFunction('tableLink', (expression) => graphLink(textArgument(expression), 1), 1),
    goFunction('externalURL', () => context.externalUrl, 0),
    goFunction('pathPrefix', () => pathOf(context.externalUrl), 0),
  ]);
}

/** The page that shows an expression, relative to `external_url`: tab 0 is the graph, 1 the table. */
export function graphLink(expression: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeQuery(expression)}&g0.tab=${tab}`;
}

function goSample({ labels, value }: QuerySample): GoStruct {
  return goStruct('*template.sample', {
    Labels: goStringMap(Object.entries(labelsToObject(labels))),
    Value: value,
  });
}

function refuse(detail: string): never {
  throw new Error(detail);
}

function listOf(value: Value | undefined): GoList {
  if (value && typeof value === 'object' && value.kind === 'list') return value;
  return refuse('wrong type for value; expected template.queryResult');
}

function structOf(value: Value | undefined): GoStruct {
  if (value && typeof value === 'object' && value.kind === 'struct') return value;
  return refuse('wrong type for value; expected *template.sample');
}

function labelOf(sample: Value | undefined, name: string): Value {
  const labels = structOf(sample).fields.get('Labels');
  return labels && typeof labels === 'object' && labels.kind === 'map'
    ? (labels.entries.get(name) ?? '')
    : '';
}

function sortByLabel(name: string, list: GoList): GoList {
  const sorted = [...list.items].sort((a, b) =>
    compareStrings(String(labelOf(a, name)), String(labelOf(b, name))),
  );
  return { ...list, items: sorted };
}

function humanizeTimestamp(seconds: number): string {
  // What is no time is named, not refused.
  if (!Number.isFinite(seconds)) return humanize(seconds);
  return timeAt(seconds).text ?? '';
}

/** Nanoseconds of a signed 64-bit number. */
const LAST_SECOND = 2 ** 63 / 1e9;

function timeAt(seconds: number): GoStruct {
  if (!Number.isFinite(seconds)) return refuse('value is NaN or Inf');
  if (Math.abs(seconds) >= LAST_SECOND)
    return refuse(`${seconds} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  // To the millisecond, as Prometheus' times are, which come here through nanoseconds.
  const nanos = BigInt(Math.trunc(seconds * 1e9));
  return goTime(Number(nanos / 1_000_000n));
}

/** Seconds; Prometheus' notation, with a sign. */
function parseDuration(text: string): number {
  const ms = parseDurationMs(text.replace(/^-/, ''));
  if (ms === null) return refuse(`not a valid duration string: ${JSON.stringify(text)}`);
  return (text.startsWith('-') ? -ms : ms) / 1000;
}

function stripPort(hostPort: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):[^:]*$/.exec(hostPort);
  return match ? (match[1] ?? match[2] ?? '') : hostPort;
}

function stripDomain(hostPort: string): string {
  const match = /^(\[[^\]]*\]|[^:[\]]*)(:[^:]*)?$/.exec(hostPort);
  const host = match?.[1] ?? hostPort;
  if (/^[\d.]+$/.test(host) || host.includes(':') || host.startsWith('[')) return hostPort;
  return host.split('.')[0]! + (match?.[2] ?? '');
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.replace(/\/$/, '') : '';
}
