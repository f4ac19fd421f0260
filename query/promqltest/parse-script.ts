import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { unquote } from '@tocsin/protocol/promql/string-literal.ts';
import {
  type NotedSeries,
  parseSeriesNotation,
  parseValues,
} from '@tocsin/protocol/series-notation/series-notation.ts';
import { parseStarts } from './parse-starts.ts';
import type {
  Command,
  Evaluation,
  Expectations,
  ExpectedResult,
  LoadedSeries,
  RangeTimes,
  TextMatch,
} from './script.ts';

const LOAD = /^load(_with_nhcb)?\s+(\S+)$/;
const STARTS = /^(\S.*?)@st\s+(.*)$/;
const INSTANT = /^eval(_fail|_warn|_info|_ordered)?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/;
const RANGE = /^eval(_fail|_warn|_info)?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;
const RANGE_VECTOR = /^range vector from (\S+) to (\S+) step (\S+)$/;

interface Block {
  readonly line: number;
  readonly head: string;
  readonly body: readonly string[];
}

/** Reads a script. Throws with the line of what it cannot read. */
export function parseScript(text: string): Command[] {
  return splitBlocks(text).map((block) => {
    try {
      return parseBlock(block);
    } catch (error) {
      throw new Error(
        `Cannot read line ${block.line}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
}

function splitBlocks(text: string): Block[] {
  const blocks: { line: number; head: string; body: string[] }[] = [];
  text.split('\n').forEach((raw, i) => {
    if (/^\s*(#.*)?$/.test(raw)) return;
    if (/^\s/.test(raw)) {
      const open = blocks.at(-1);
      if (open === undefined) throw new Error(`Cannot read line ${i + 1}: it belongs to no command`);
      open.body.push(raw.trim());
    } else {
      blocks.push({ line: i + 1, head: raw.trim(), body: [] });
    }
  });
  return blocks;
}

function parseBlock({ line, head, body }: Block): Command {
  if (head === 'clear') return { kind: 'clear', line };
  const load = LOAD.exec(head);
  if (load !== null) {
    const series = parseLoaded(body);
    return { kind: 'load', line, stepMs: toMs(load[2]!), withCustomBuckets: load[1] !== undefined, series };
  }
  const range = RANGE.exec(head);
  if (range !== null) {
    const [, flavour, from, to, step, query] = range;
    const times: RangeTimes = { kind: 'range', startMs: toMs(from!), endMs: toMs(to!), stepMs: toMs(step!) };
    return { kind: 'eval', line, query: query!, at: times, ...parseBody(body, flavour) };
  }
  const instant = INSTANT.exec(head);
  if (instant === null) throw new Error(`${JSON.stringify(head)} is no command`);
  const [, flavour, at, query] = instant;
  return {
    kind: 'eval',
    line,
    query: query!,
    at: { kind: 'instant', timeMs: toMs(at ?? '0') },
    ...parseBody(body, flavour),
  };
}

/** A line `metric@st ...` has the start timestamps of the metric's samples, which follow. */
function parseLoaded(body: readonly string[]): LoadedSeries[] {
  const starts = new Map<string, (number | null)[]>();
  const series: LoadedSeries[] = [];
  for (const row of body) {
    const [, metric, text] = STARTS.exec(row) ?? [];
    if (metric !== undefined) {
      starts.set(labelsKey(parseSeriesNotation(`${metric} 0`).labels), parseStarts(text!));
      continue;
    }
    const noted = parseSeriesNotation(row);
    const known = starts.get(labelsKey(noted.labels));
    series.push(known ? { ...noted, starts: known } : noted);
  }
  return series;
}

function parseBody(
  body: readonly string[],
  flavour: string | undefined,
): Pick<Evaluation, 'expect' | 'result'> {
  let expect: Expectations = {
    ordered: flavour === '_ordered',
    fail: flavour === '_fail' ? null : undefined,
    warn: flavour === '_warn' ? [null] : [],
    info: flavour === '_info' ? [null] : [],
    noWarn: false,
    noInfo: false,
    rangeVector: null,
  };
  let result: ExpectedResult = { kind: 'series', series: [] };
  const series: NotedSeries[] = [];
  for (const row of body) {
    const wanted = /^expect\s+(.*)$/.exec(row);
    if (wanted !== null) {
      const text = /^string\s+(.*)$/.exec(wanted[1]!);
      if (text !== null) result = { kind: 'string', value: stringOf(text[1]!) };
      else expect = withExpectation(expect, wanted[1]!);
    } else if (/^expected_fail_message /.test(row)) {
      expect = { ...expect, fail: { text: row.replace(/^expected_fail_message /, '') } };
    } else if (/^[^\s{]+$/.test(row) && !/^[a-zA-Z_:]/.test(row.replace(/^[+-]?(inf|nan)$/i, '0'))) {
      result = { kind: 'scalar', value: parseValues(row)[0]! };
    } else {
      series.push(parseSeriesNotation(row));
    }
  }
  return { expect, result: series.length > 0 ? { kind: 'series', series } : result };
}

function withExpectation(expect: Expectations, text: string): Expectations {
  const [, what, rest] = /^(\S+)\s*(.*)$/.exec(text)!;
  const vector = RANGE_VECTOR.exec(text);
  if (vector !== null) {
    const [, from, to, step] = vector;
    return {
      ...expect,
      rangeVector: { kind: 'range', startMs: toMs(from!), endMs: toMs(to!), stepMs: toMs(step!) },
    };
  }
  switch (what) {
    case 'ordered':
      return { ...expect, ordered: true };
    case 'fail':
      return { ...expect, fail: matchOf(rest!) };
    case 'warn':
      return { ...expect, warn: [...expect.warn, matchOf(rest!)] };
    case 'info':
      return { ...expect, info: [...expect.info, matchOf(rest!)] };
    case 'no_warn':
      return { ...expect, noWarn: true };
    case 'no_info':
      return { ...expect, noInfo: true };
    default:
      throw new Error(`cannot expect ${JSON.stringify(text)}`);
  }
}

function matchOf(text: string): TextMatch {
  if (text === '') return null;
  const [, kind, rest] = /^(msg|regex):\s*(.*)$/.exec(text) ?? [];
  if (kind === undefined) throw new Error(`${JSON.stringify(text)} is neither msg: nor regex:`);
  return kind === 'msg' ? { text: rest! } : { regex: new RegExp(rest!) };
}

function stringOf(quoted: string): string {
  const value = unquote(quoted);
  if ('error' in value) throw new Error(`${quoted}: ${value.error}`);
  return value.value;
}

function toMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const milliseconds = parseDurationMs(text);
  if (milliseconds === null) throw new Error(`${JSON.stringify(text)} is no duration`);
  return milliseconds;
}
