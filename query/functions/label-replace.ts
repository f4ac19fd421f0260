import { getLabel, type Labels, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import { compileRegex, type Regex } from '@tocsin/protocol/regex/regex.ts';
import { RegexError } from '@tocsin/protocol/regex/regex-error.ts';
import { isValidLabelName } from '../label-name.ts';
import { labelsBytes, textBytes } from '../memory.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { QueryError } from '../query-error.ts';
import { type CallFunction, stringArgument, vectorArgument } from './call-function.ts';
import { checkMadeLabel } from './made-label.ts';

// Beyond this, values are hardly the same ones again.
const KNOWN_MAX = 10_000;

/** Sets a label from what an expression finds in another. */
export const labelReplace: CallFunction = async (evaluation, call) => {
  const target = stringArgument(call, 1);
  const template = stringArgument(call, 2);
  const source = stringArgument(call, 3);
  const pattern = stringArgument(call, 4);
  const regex = compile(pattern);
  if (!isValidLabelName(target))
    throw new QueryError('execution', `invalid destination label name in label_replace(): ${target}`);
  const block = await vectorArgument(evaluation, call, 0);
  const { budget } = evaluation;
  // Few values, many rows: each value is matched once.
  const known = new Map<string, string | null>();
  let parts: readonly TemplatePart[] | null = null;
  const replacementOf = (value: string): string | null => {
    if (!regex.setMatches) checkSteps(value, 'matchStepsMax', 'match its expression with');
    if (!regex.matches(value)) return null;
    parts ??= parseTemplate(template, regex.groupNames);
    const needsGroups = parts.some((part) => typeof part === 'number' && part > 0);
    const replaced = expand(parts, needsGroups ? groupsIn(value) : [value]);
    checkMadeLabel(evaluation, replaced, 'label_replace');
    return replaced;
  };
  const checkSteps = (value: string, limit: 'matchStepsMax' | 'submatchStepsMax', what: string): number => {
    const steps = regex.submatchSteps(value);
    const stepsMax = budget.limits[limit];
    if (steps <= stepsMax) return steps;
    throw new QueryError(
      'execution',
      `label_replace() would take ${steps} steps to ${what} a value of ${value.length} characters, more than the limit of ${stepsMax}`,
      { limit },
    );
  };
  const groupsIn = (value: string): readonly (string | null)[] => {
    cost += checkSteps(value, 'submatchStepsMax', 'find the groups of its expression in');
    return regex.submatches(value) ?? [];
  };
  let cost = 0;
  for (let row = 0; row < block.labels.length; row++) {
    if (budget.due(200 + cost)) await budget.pause();
    cost = 0;
    const labels: Labels = block.labels[row]!;
    const value = getLabel(labels, source);
    let replaced = known.get(value);
    if (replaced === undefined) {
      replaced = replacementOf(value);
      if (known.size === KNOWN_MAX) known.clear();
      known.set(value, replaced);
      budget.holdBytes(textBytes(replaced ?? ''));
    }
    if (replaced === null) continue;
    block.labels[row] = withLabel(labels, target, replaced);
    budget.holdBytes(labelsBytes(labels));
    if (target === METRIC_NAME) block.dropName[row] = false;
  }
  return { kind: 'vector', block: await mergeEqualRows(block, budget) };
};

function compile(pattern: string): Regex {
  try {
    return compileRegex(pattern);
  } catch (error) {
    if (error instanceof RegexError)
      throw new QueryError('execution', `invalid regular expression in label_replace(): ${pattern}`, {
        cause: error,
      });
    throw error;
  }
}

/** Text, or the number of a group. */
type TemplatePart = string | number;

/** Go's template: `$1`, `$name` (the longest name), `${1}`, `${name}`, `$$`; unknown groups are empty. */
function parseTemplate(template: string, names: ReadonlyMap<string, number>): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let end = 0;
  for (const match of template.matchAll(/\$(?:\$|\{(\w+)\}|(\w+))/g)) {
    parts.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    const name = match[1] ?? match[2];
    if (name === undefined) parts.push('$');
    else parts.push(/^\d+$/.test(name) ? Number(name) : (names.get(name) ?? ''));
  }
  parts.push(template.slice(end));
  return parts;
}

function expand(parts: readonly TemplatePart[], groups: readonly (string | null)[]): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : (groups[part] ?? '');
  return text;
}
