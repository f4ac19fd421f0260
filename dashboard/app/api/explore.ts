import { parseValue } from '../series/prometheus-lines.ts';
import { ask } from './ask.ts';
import { field, labelsOf, listOf, textOf } from './json-fields.ts';

/** More rows than these are not shown: a table of ten thousand helps nobody, and would freeze the tab. */
export const rowsMax = 500;

/** What a query cost, as `stats=all` tells it. Seconds; NaN or empty where the aggregator did not say. */
export interface QueryCost {
  readonly totalSeconds: number;
  readonly queueSeconds: number;
  readonly samples: number;
  readonly peakSamples: number;
  readonly series: number;
  /** What each part of the expression took, when it is told. */
  readonly explanation: CostNode | undefined;
}

/** One part of an expression; seconds and samples with what is below it. */
export interface CostNode {
  readonly expression: string;
  readonly seconds: number;
  readonly samples: number;
  readonly series: number;
  /** Where it was read from: memory, files, tiers. */
  readonly sources: string;
  readonly operands: readonly CostNode[];
}

export interface TableRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** A native histogram's text, when the value is one. */
  readonly histogram: string;
}

export interface TableAnswer {
  readonly rows: readonly TableRow[];
  /** `vector`, `scalar`, `string` or `matrix`. */
  readonly kind: string;
  readonly text: string;
  readonly isCut: boolean;
  readonly cost: QueryCost;
  readonly notes: readonly string[];
}

/** Evaluates `expr` at one moment and asks what that cost. */
export async function queryTable(expr: string, timeMs: number, signal: AbortSignal): Promise<TableAnswer> {
  const params: [string, string][] = [
    ['query', expr],
    ['time', String(timeMs / 1000)],
    ['limit', String(rowsMax + 1)],
    ['stats', 'all'],
  ];
  const body = await ask({ path: '/api/v1/query', params, signal });
  const data = field(body, 'data');
  const kind = textOf(field(data, 'resultType'));
  const result = listOf(field(data, 'result'));
  const rows: readonly TableRow[] =
    kind === 'scalar'
      ? [{ labels: {}, value: parseValue(result[1]), histogram: '' }]
      : kind === 'vector' || kind === 'matrix'
        ? result.slice(0, rowsMax).map(rowOf)
        : [];
  return {
    rows,
    kind,
    text: kind === 'string' ? textOf(result[1]) : '',
    isCut: result.length > rowsMax,
    cost: costOf(field(data, 'stats')),
    notes: [...listOf(field(body, 'warnings')), ...listOf(field(body, 'infos'))].map(textOf),
  };
}

function rowOf(series: unknown): TableRow {
  const histogram =
    listOf(field(series, 'histogram'))[1] ?? listOf(listOf(field(series, 'histograms')).at(-1))[1];
  const point = listOf(field(series, 'value'));
  const newest = point.length > 0 ? point : listOf(listOf(field(series, 'values')).at(-1));
  return {
    labels: labelsOf(field(series, 'metric')),
    value: histogram === undefined ? parseValue(newest[1]) : Number.NaN,
    histogram:
      histogram === undefined
        ? ''
        : `histogram: ${textOf(field(histogram, 'count'))} observations, sum ${textOf(field(histogram, 'sum'))}`,
  };
}

export function costOf(stats: unknown): QueryCost {
  const timings = field(stats, 'timings');
  const samples = field(stats, 'samples');
  const number = (value: unknown): number => (value === undefined ? Number.NaN : Number(value));
  return {
    totalSeconds: number(field(timings, 'execTotalTime')),
    queueSeconds: number(field(timings, 'execQueueTime')),
    samples: number(field(samples, 'totalQueryableSamples')),
    peakSamples: number(field(samples, 'peakSamples')),
    series: number(field(stats, 'seriesSelected')),
    explanation: costNode(field(stats, 'explanation'), 0),
  };
}

const depthMax = 60;

function costNode(node: unknown, depth: number): CostNode | undefined {
  const expression = textOf(field(node, 'expression'));
  if (expression === '' || depth > depthMax) return undefined;
  const sources = field(field(node, 'read'), 'sources');
  return {
    expression,
    seconds: Number(field(node, 'seconds') ?? Number.NaN),
    samples: Number(field(node, 'samples') ?? Number.NaN),
    series: Number(field(node, 'series') ?? Number.NaN),
    sources: typeof sources === 'object' && sources !== null ? Object.keys(sources).join(', ') : '',
    operands: listOf(field(node, 'operands')).flatMap((operand) => costNode(operand, depth + 1) ?? []),
  };
}

/** The expression as it is written well. */
export async function formatQuery(expr: string, signal?: AbortSignal): Promise<string> {
  const params: [string, string][] = [['query', expr]];
  return textOf(
    field(await ask({ path: '/api/v1/format_query', params, ...(signal ? { signal } : {}) }), 'data'),
  );
}

/** Whether rules may be written through the API here. */
export async function canWriteRules(signal: AbortSignal): Promise<boolean> {
  const body = await ask({ path: '/api/v1/status/buildinfo', signal });
  return textOf(field(field(field(body, 'data'), 'features'), 'ruler_config_api')) === 'true';
}
