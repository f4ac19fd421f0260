import { createHash } from 'node:crypto';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import {
  dropLabels,
  getLabel,
  keepLabels,
  type Labels,
  METRIC_NAME,
  withLabel,
} from '@tocsin/protocol/labels/labels.ts';
import { ParseError } from '@tocsin/protocol/promql/parse-error.ts';
import { RegexError } from '@tocsin/protocol/regex/regex-error.ts';
import { compileSelector } from '../retention/retention-policies.ts';
import { parseOutput, type StreamOutput } from './stream-output.ts';

/** One entry of `stream_aggregation:` in tocsin.yaml, as written. */
export interface StreamRuleConfig {
  /** A series selector. */
  readonly match: string;
  /** Labels the output keeps besides the metric's name; only one of the two. Neither: all. */
  readonly by?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
  /** Length of a window, which ends at a multiple of it. */
  readonly interval: string;
  readonly outputs: readonly string[];
  /** Whether matching samples are stored as they came, too. Default false. */
  readonly keep_raw?: boolean | undefined;
  /** How long after a window's end samples of it are still taken. Default 30s. */
  readonly late?: string | undefined;
  /** How long after its last sample a series still counts. Default the longer of 5m and two intervals. */
  readonly staleness?: string | undefined;
  /** Labels taken off before anything else: what differs in these only is one series. */
  readonly drop_labels?: readonly string[] | undefined;
  /** Whether the output is called like the input; for a single output only. */
  readonly keep_metric_name?: boolean | undefined;
}

/** A rule ready to run. */
export interface StreamRule {
  readonly config: StreamRuleConfig;
  /** Told from what the rule says: a rule that is changed is another. */
  readonly id: string;
  readonly intervalMs: number;
  readonly lateMs: number;
  readonly stalenessMs: number;
  readonly keepsRaw: boolean;
  readonly outputs: readonly StreamOutput[];
  matches(labels: Labels): boolean;
  /** What samples of the series count as. */
  inputLabels(labels: Labels): Labels;
  /** The group of input labels: its own labels, with the metric's name. */
  groupLabels(labels: Labels): Labels;
  /** Of the group's series, in the order of `outputs`; several for quantiles. */
  outputLabels(group: Labels, output: StreamOutput): readonly Labels[];
}

/** What is wrong with a rule, and where: its place in the list and the key. */
export class StreamRuleError extends Error {
  override readonly name = 'StreamRuleError';
  readonly index: number;
  readonly key: string;

  constructor(index: number, key: string, detail: string) {
    super(`stream_aggregation[${index}].${key}: ${detail}`);
    this.index = index;
    this.key = key;
  }
}

export const STREAM_RULES_MAX = 100;
export const INTERVAL_MIN_MS = 1_000;
// After a long pause they are all stored at once.
const QUIET_WINDOWS_MAX = 1_000;
const DEFAULT_LATE_MS = 30_000;
const DEFAULT_STALENESS_MS = 300_000;

/** Throws StreamRuleError. */
export function createStreamRules(configs: readonly StreamRuleConfig[]): readonly StreamRule[] {
  if (configs.length > STREAM_RULES_MAX)
    throw new StreamRuleError(STREAM_RULES_MAX, 'match', `there are more than ${STREAM_RULES_MAX} rules`);
  const known = new Set<string>();
  return configs.map((config, index) => {
    const rule = createRule(config, index);
    if (known.has(rule.id)) throw new StreamRuleError(index, 'match', 'the same rule stands further up');
    known.add(rule.id);
    return rule;
  });
}

/** The end of the newest window whose late samples need not be waited for any more. */
export function dueWindow(rule: Pick<StreamRule, 'intervalMs' | 'lateMs'>, nowMs: number): number {
  return Math.floor((nowMs - rule.lateMs) / rule.intervalMs) * rule.intervalMs;
}

function createRule(config: StreamRuleConfig, index: number): StreamRule {
  const refuse = (key: string, detail: string): never => {
    throw new StreamRuleError(index, key, detail);
  };
  const duration = (key: 'interval' | 'late' | 'staleness', text: string): number =>
    parseDurationMs(text) ?? refuse(key, `${JSON.stringify(text)} is no duration such as 1m`);
  const intervalMs = duration('interval', config.interval);
  if (intervalMs < INTERVAL_MIN_MS) refuse('interval', 'expected 1s or more');
  const stalenessMs =
    config.staleness === undefined
      ? Math.max(DEFAULT_STALENESS_MS, 2 * intervalMs)
      : duration('staleness', config.staleness);
  if (stalenessMs < intervalMs) refuse('staleness', `expected the interval, ${config.interval}, or more`);
  if (stalenessMs > intervalMs * QUIET_WINDOWS_MAX)
    refuse('staleness', `expected at most ${QUIET_WINDOWS_MAX} intervals: totals are stored for each`);
  if (config.by && config.without) refuse('without', 'by and without exclude each other; remove one');
  if (config.outputs.length === 0) refuse('outputs', 'expected at least one');
  const outputs = config.outputs.map(
    (text) => parseOutput(text) ?? refuse('outputs', `there is no output ${JSON.stringify(text)}`),
  );
  if (new Set(outputs.map(({ kind }) => kind)).size < outputs.length)
    refuse('outputs', 'each output may stand there once');
  if (config.keep_metric_name && outputs.length > 1)
    refuse('keep_metric_name', 'two outputs cannot have the same name; give each a rule of its own');
  if (config.keep_metric_name && config.keep_raw)
    refuse('keep_metric_name', 'outputs and raw samples could not be told apart; remove keep_raw');
  if (config.drop_labels?.includes(METRIC_NAME))
    refuse('drop_labels', `the metric's name, ${METRIC_NAME}, has to stay`);

  const matchers = compiled(config.match, refuse);
  const dropped = new Set(config.drop_labels);
  const names = new Set(config.by ?? config.without);
  const kept = new Set([METRIC_NAME, ...names]);
  const without = new Set([...names].filter((name) => name !== METRIC_NAME));
  const suffix = nameSuffix(config);
  return {
    config,
    id: idOf(config),
    intervalMs,
    lateMs: config.late === undefined ? DEFAULT_LATE_MS : duration('late', config.late),
    stalenessMs,
    keepsRaw: config.keep_raw === true,
    outputs,
    matches: (labels) => matchers.every((one) => one.matches(getLabel(labels, one.matcher.name))),
    inputLabels: (labels) => (dropped.size === 0 ? labels : dropLabels(labels, dropped)),
    groupLabels(labels) {
      if (config.by) return keepLabels(labels, kept);
      return without.size === 0 ? labels : dropLabels(labels, without);
    },
    outputLabels(group, output) {
      const name = getLabel(group, METRIC_NAME);
      const named = config.keep_metric_name
        ? group
        : withLabel(group, METRIC_NAME, `${name}:${suffix}_${output.kind}`);
      if (output.kind !== 'quantiles') return [named];
      return output.quantiles.map(({ text }) => withLabel(named, 'quantile', text));
    },
  };
}

function compiled(
  selector: string,
  refuse: (key: string, detail: string) => never,
): ReturnType<typeof compileSelector> {
  try {
    return compileSelector(selector);
  } catch (error) {
    if (error instanceof ParseError || error instanceof RegexError) return refuse('match', error.message);
    throw error;
  }
}

/** As in VictoriaMetrics: `1m_by_job`, `30s_without_instance_pod`. */
function nameSuffix({ interval, by, without }: StreamRuleConfig): string {
  const listed = (word: string, names: readonly string[] | undefined): string => {
    const sorted = [...new Set(names)].filter((name) => name !== METRIC_NAME).sort();
    return sorted.length === 0 ? '' : `_${word}_${sorted.join('_')}`;
  };
  return `${interval}${listed('by', by)}${listed('without', without)}`;
}

function idOf(config: StreamRuleConfig): string {
  const sorted = Object.entries(config)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 12);
}
