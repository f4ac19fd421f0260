import {
  dropLabels,
  getLabel,
  type Labels,
  labelsKey,
  METRIC_NAME,
  withLabel,
} from '@tocsin/protocol/labels/labels.ts';
import { type CompiledMatcher, compileMatcher } from '@tocsin/protocol/matchers/compile-matcher.ts';
import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';
import type { Call, Selector } from '@tocsin/protocol/promql/expr.ts';
import { ABSENT, type Block, FLOAT, HISTOGRAM, histogramAt, setFloat, setHistogram } from '../block.ts';
import { BlockBuilder } from '../block-builder.ts';
import { withoutEmptyRows } from '../block-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { formatLabelSet } from '../format-label-set.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { QueryError } from '../query-error.ts';
import { evaluateSelector } from '../selectors/instant.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';
import { readingTime } from './reading-time.ts';

const IDENTIFYING = ['instance', 'job'] as const;
const OWN: ReadonlySet<string> = new Set([METRIC_NAME, ...IDENTIFYING]);
const DEFAULT_NAME: Matcher = { kind: '=', name: METRIC_NAME, value: 'target_info' };
const ANY_INFO: Matcher = { kind: '=~', name: METRIC_NAME, value: '.+_info' };

/** What the second argument of info() asks for. */
interface Wanted {
  readonly names: readonly CompiledMatcher[];
  readonly data: readonly CompiledMatcher[];
}

/**
 * `info(v, {…})`: adds the labels of info series (target_info by default) that have the same `instance` and
 * `job`, as of the time the samples of v are read. Labels that v has already stay.
 */
export const info: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const wanted = wantedOf(call);
  const selector = infoSelector(call, block, wanted);
  if (selector === null) return { kind: 'vector', block: await enrich(evaluation, block, null, wanted) };
  const values = await evaluateSelector(evaluation, selector);
  const histogram = values.kinds.indexOf(HISTOGRAM);
  if (histogram >= 0) {
    const labels = formatLabelSet(values.labels[Math.floor(histogram / values.steps)]!);
    throw new QueryError('execution', `this should be an info metric, with float samples: ${labels}`);
  }
  const times = await evaluateSelector(evaluation, selector, 'timestamp');
  return { kind: 'vector', block: await enrich(evaluation, block, times, wanted) };
};

function wantedOf(call: Call): Wanted {
  const given = call.args[1];
  const matchers = given?.kind === 'selector' ? given.matchers : [];
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const isPositive = ({ kind }: Matcher): boolean => kind === '=' || kind === '=~';
  if (names.length === 0) names.push(DEFAULT_NAME);
  else if (!names.some(isPositive))
    return { names: [ANY_INFO, ...names].map(compileMatcher), data: dataOf(matchers) };
  return { names: names.map(compileMatcher), data: dataOf(matchers) };
}

function dataOf(matchers: readonly Matcher[]): CompiledMatcher[] {
  return matchers.filter(({ name }) => name !== METRIC_NAME).map(compileMatcher);
}

function isInfoSeries(labels: Labels, { names }: Wanted): boolean {
  const name = getLabel(labels, METRIC_NAME);
  return names.every((matcher) => matcher.matches(name));
}

/** Selects the info series of the rows' instances and jobs; null when no row can have any. */
function infoSelector(call: Call, block: Block, wanted: Wanted): Selector | null {
  const values = new Map<string, Set<string>>(IDENTIFYING.map((name) => [name, new Set()]));
  for (const labels of block.labels) {
    if (isInfoSeries(labels, wanted) || !hasIdentity(labels)) continue;
    for (const name of IDENTIFYING) values.get(name)!.add(getLabel(labels, name));
  }
  if (values.get('instance')!.size === 0) return null;
  const matchers = [...wanted.names, ...wanted.data].map(({ matcher }) => matcher);
  for (const [name, set] of values) {
    const value = [...set].map((text) => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&')).join('|');
    matchers.push({ kind: '=~', name, value });
  }
  const { at, offset } = readingTime(call.args[0]!);
  return { kind: 'selector', name: '', matchers, offset, at, extension: null, position: call.position };
}

function hasIdentity(labels: Labels): boolean {
  return IDENTIFYING.some((name) => getLabel(labels, name) !== '');
}

function identityOf(labels: Labels): string {
  return labelsKey(IDENTIFYING.map((name) => getLabel(labels, name)));
}

async function enrich(
  evaluation: Evaluation,
  block: Block,
  times: Block | null,
  wanted: Wanted,
): Promise<Block> {
  const required = wanted.data.some((matcher) => !matcher.matchesEmpty);
  const rowsOf = new Map<string, number[]>();
  times?.labels.forEach((labels, row) => {
    const rows = rowsOf.get(identityOf(labels));
    if (rows === undefined) rowsOf.set(identityOf(labels), [row]);
    else rows.push(row);
  });
  const builder = new BlockBuilder(block.steps, block.labels.length);
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(block.steps * 4)) await evaluation.budget.pause();
    const labels = block.labels[row]!;
    const passes = isInfoSeries(labels, wanted);
    const candidates = passes || !hasIdentity(labels) ? [] : (rowsOf.get(identityOf(labels)) ?? []);
    const targets = new Map<string, number>();
    for (let step = 0; step < block.steps; step++) {
      const element = row * block.steps + step;
      if (block.kinds[element] === ABSENT) continue;
      const chosen = times === null ? [] : newest(times, candidates, step);
      if (chosen.length === 0 && required && !passes) continue;
      const key = chosen.join(',');
      let target = targets.get(key);
      if (target === undefined) {
        const enriched =
          chosen.length === 0
            ? labels
            : addLabels(
                labels,
                chosen.map((info) => times!.labels[info]!),
                wanted,
              );
        target = builder.addRow(enriched, block.dropName[row]!);
        targets.set(key, target);
      }
      const slot = target * block.steps + step;
      if (block.kinds[element] === FLOAT) setFloat(builder.block, slot, block.values[element]!);
      else setHistogram(builder.block, slot, histogramAt(block, element));
    }
  }
  return mergeEqualRows(await withoutEmptyRows(builder.finish(), evaluation.budget), evaluation.budget);
}

/** Of each info metric the series whose sample is the newest: the others have been replaced. */
function newest(times: Block, candidates: readonly number[], step: number): number[] {
  const best = new Map<string, number>();
  for (const row of candidates) {
    const element = row * times.steps + step;
    if (times.kinds[element] === ABSENT) continue;
    const name = getLabel(times.labels[row]!, METRIC_NAME);
    const before = best.get(name);
    if (before === undefined) {
      best.set(name, row);
      continue;
    }
    const old = times.values[before * times.steps + step]!;
    if (times.values[element]! === old) {
      const [first, second] = [times.labels[before]!, times.labels[row]!].map(formatLabelSet);
      const at = old * 1000;
      throw new QueryError(
        'execution',
        `found duplicate series for info metric: existing ${first} @ ${at}, new ${second} @ ${at}`,
      );
    }
    if (times.values[element]! > old) best.set(name, row);
  }
  return [...best.values()];
}

function addLabels(labels: Labels, infos: readonly Labels[], wanted: Wanted): Labels {
  const asked = wanted.data.length === 0 ? null : new Set(wanted.data.map(({ matcher }) => matcher.name));
  const added = new Map<string, string>();
  for (const infoLabels of infos) {
    const data = dropLabels(infoLabels, OWN);
    for (let i = 0; i < data.length; i += 2) {
      const name = data[i]!;
      if ((asked !== null && !asked.has(name)) || getLabel(labels, name) !== '') continue;
      const before = added.get(name);
      if (before !== undefined && before !== data[i + 1])
        throw new QueryError('execution', `conflicting label: ${name}`);
      added.set(name, data[i + 1]!);
    }
  }
  let result = labels;
  for (const [name, value] of added) result = withLabel(result, name, value);
  return result;
}
