import { getLabel, type Labels, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import { compileRegex, type Regex } from '@tocsin/protocol/regex/regex.ts';
import { RegexError } from '@tocsin/protocol/regex/regex-error.ts';
import { isValidLabelName } from '../label-name.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { QueryError } from '../query-error.ts';
import { type CallFunction, stringArgument, vectorArgument } from './call-function.ts';

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
  // Few values, many rows: each value is matched once.
  const known = new Map<string, string | null>();
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(200)) await evaluation.budget.pause();
    const labels: Labels = block.labels[row]!;
    const value = getLabel(labels, source);
    let replaced = known.get(value);
    if (replaced === undefined) {
      const groups = regex.submatches(value);
      replaced = groups === null ? null : expand(template, groups, regex.groupNames);
      known.set(value, replaced);
    }
    if (replaced === null) continue;
    block.labels[row] = withLabel(labels, target, replaced);
    if (target === METRIC_NAME) block.dropName[row] = false;
  }
  return { kind: 'vector', block: await mergeEqualRows(block, evaluation.budget) };
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

/** Go's template: `$1`, `$name` (the longest name), `${1}`, `${name}`, `$$`; unknown groups are empty. */
function expand(
  template: string,
  groups: readonly (string | null)[],
  names: ReadonlyMap<string, number>,
): string {
  return template.replaceAll(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === '$$') return '$';
      const name = braced ?? bare!;
      const index = /^\d+$/.test(name) ? Number(name) : names.get(name);
      return (index === undefined ? null : groups[index]) ?? '';
    },
  );
}
