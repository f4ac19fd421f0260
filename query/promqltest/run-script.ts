import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import type { SeriesColumns } from '@tocsin/protocol/series/series.ts';
import type { Engine } from '../engine.ts';
import { QueryError } from '../query-error.ts';
import type { QueryAnswer, QueryResult, VectorResult } from '../result.ts';
import type { Storage } from '../storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { compareSeries, sameValue } from './compare.ts';
import { toCustomBuckets } from './custom-buckets.ts';
import { parseScript } from './parse-script.ts';
import type { Command, Evaluation, LoadedSeries, TextMatch } from './script.ts';

export interface Failure {
  readonly line: number;
  readonly query: string;
  readonly detail: string;
}

/** What a script loads its series into. */
export interface ScriptStorage extends Storage, Pick<MemoryStorage, 'add'> {}

/** Runs a script of Prometheus' promqltest language against an engine. Throws when it cannot be read. */
export async function runScript(
  text: string,
  engine: Engine,
  createStorage: () => ScriptStorage = () => new MemoryStorage(),
): Promise<{ readonly evaluations: number; readonly failures: readonly Failure[] }> {
  let storage = createStorage();
  let evaluations = 0;
  const failures: Failure[] = [];
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') storage = createStorage();
    else if (command.kind === 'load') load(storage, command);
    else {
      evaluations++;
      const detail = await evaluate(engine, storage, command);
      if (detail !== null) failures.push({ line: command.line, query: command.query, detail });
    }
  }
  return { evaluations, failures };
}

function load(storage: ScriptStorage, command: Extract<Command, { kind: 'load' }>): void {
  const all: LoadedSeries[] = command.withCustomBuckets
    ? [...command.series, ...toCustomBuckets(command.series)]
    : [...command.series];
  for (const { labels, values, starts } of all) {
    values.forEach((value, i) => {
      const timestampMs = i * command.stepMs;
      const start = starts?.[i] ?? null;
      if (value !== null) storage.add(labels, timestampMs, value, start === null ? 0 : timestampMs + start);
    });
  }
}

async function evaluate(engine: Engine, storage: ScriptStorage, command: Evaluation): Promise<string | null> {
  const { at, query, expect } = command;
  let answer: QueryAnswer;
  try {
    answer = await (at.kind === 'instant'
      ? engine.instant({ query, storage, timeMs: at.timeMs })
      : engine.range({ query, storage, ...at }));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    if (expect.fail === undefined) return `failed: ${error.message}`;
    return matchesText(expect.fail, error.message) ? null : `failed in other words: ${error.message}`;
  }
  if (expect.fail !== undefined) return 'was to fail';
  return (
    compareNotes(command, answer) ??
    compareResult(command, answer.result) ??
    (await compareAsRange(engine, storage, command, answer))
  );
}

function compareNotes({ expect }: Evaluation, answer: QueryAnswer): string | null {
  if (expect.noWarn && answer.warnings.length > 0) return `unexpected warning: ${answer.warnings[0]}`;
  if (expect.noInfo && answer.infos.length > 0) return `unexpected info: ${answer.infos[0]}`;
  for (const [what, wanted, given] of [
    ['warning', expect.warn, answer.warnings],
    ['info', expect.info, answer.infos],
  ] as const) {
    for (const match of wanted) {
      if (!given.some((text) => matchesText(match, text)))
        return `${what} missing, got ${JSON.stringify(given)}`;
    }
  }
  return null;
}

function matchesText(match: TextMatch, text: string): boolean {
  if (match === null) return true;
  return 'text' in match
    ? text === match.text || text.endsWith(`parse error: ${match.text}`)
    : match.regex.test(text);
}

function compareResult({ result: expected, expect, at }: Evaluation, result: QueryResult): string | null {
  if (expected.kind === 'scalar') {
    if (result.kind !== 'scalar') return `scalar expected, got ${result.kind}`;
    return sameValue(expected.value, result.value)
      ? null
      : `${String(expected.value)} expected, got ${result.value}`;
  }
  if (expected.kind === 'string')
    return result.kind === 'string' && result.value === expected.value ? null : 'another string';
  if (result.kind === 'vector') {
    const order = result.labels.map(labelsKey);
    const wanted = expected.series.map(({ labels }) => labelsKey(labels));
    if (expect.ordered && order.some((key, i) => key !== wanted[i])) return 'in another order';
    return compareSeries(expected.series, result.timestampMs, 0, columnsOf(result));
  }
  if (result.kind !== 'matrix') return `series expected, got ${result.kind}`;
  const times = expect.rangeVector ?? (at.kind === 'range' ? at : null);
  if (times === null) return 'got a range vector';
  return compareSeries(expected.series, times.startMs, times.stepMs, result.series);
}

function columnsOf(result: VectorResult): SeriesColumns[] {
  return result.labels.map((labels, i) => ({
    labels,
    timestampsMs: Float64Array.of(result.timestampMs),
    values: Float64Array.of(result.values[i]!),
    ...(result.histograms === null ? {} : { histograms: [result.histograms[i]!] }),
  }));
}

/** At the same time an instant query and a range query around it must give the same. */
async function compareAsRange(
  engine: Engine,
  storage: ScriptStorage,
  command: Evaluation,
  answer: QueryAnswer,
): Promise<string | null> {
  const { at, query, expect } = command;
  if (
    at.kind === 'range' ||
    answer.result.kind !== 'vector' ||
    expect.ordered ||
    /\b(start|end|range|step)\(\)/.test(query)
  )
    return null;
  const range = await engine.range({
    query,
    storage,
    startMs: at.timeMs - 60_000,
    endMs: at.timeMs + 60_000,
    stepMs: 60_000,
  });
  if (range.result.kind !== 'matrix') return `as a range query: ${range.result.kind}`;
  const instant = columnsOf(answer.result).map((series) => ({
    labels: series.labels,
    values: [series.histograms?.[0] ?? series.values[0]!],
  }));
  const middle = range.result.series
    .map((series) => only(series, at.timeMs))
    .filter((series) => series.timestampsMs.length > 0);
  const difference = compareSeries(instant, at.timeMs, 60_000, middle);
  return difference === null ? null : `as a range query: ${difference}`;
}

function only(series: SeriesColumns, timestampMs: number): SeriesColumns {
  const index = series.timestampsMs.indexOf(timestampMs);
  const [start, end] = index < 0 ? [0, 0] : [index, index + 1];
  return {
    labels: series.labels,
    timestampsMs: series.timestampsMs.slice(start, end),
    values: series.values.slice(start, end),
    ...(series.histograms === undefined ? {} : { histograms: series.histograms.slice(start, end) }),
  };
}
