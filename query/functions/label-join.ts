import { getLabel, METRIC_NAME, withLabel } from '@tocsin/protocol/labels/labels.ts';
import { isValidLabelName } from '../label-name.ts';
import { labelsBytes, textBytes } from '../memory.ts';
import { mergeEqualRows } from '../merge-rows.ts';
import { QueryError } from '../query-error.ts';
import { type CallFunction, stringArgument, vectorArgument } from './call-function.ts';
import { checkMadeLabel } from './made-label.ts';

/** Sets a label to the values of others, joined. */
export const labelJoin: CallFunction = async (evaluation, call) => {
  const target = stringArgument(call, 1);
  const separator = stringArgument(call, 2);
  const sources = call.args.slice(3).map((_arg, i) => stringArgument(call, i + 3));
  for (const source of sources) {
    if (!isValidLabelName(source))
      throw new QueryError('execution', `invalid source label name in label_join(): ${source}`);
  }
  if (!isValidLabelName(target))
    throw new QueryError('execution', `invalid destination label name in label_join(): ${target}`);
  const block = await vectorArgument(evaluation, call, 0);
  for (let row = 0; row < block.labels.length; row++) {
    if (evaluation.budget.due(200)) await evaluation.budget.pause();
    const labels = block.labels[row]!;
    const joined = sources.map((source) => getLabel(labels, source)).join(separator);
    checkMadeLabel(evaluation, joined, 'label_join');
    evaluation.budget.holdBytes(labelsBytes(labels) + textBytes(joined));
    block.labels[row] = withLabel(labels, target, joined);
    if (target === METRIC_NAME) block.dropName[row] = false;
  }
  return { kind: 'vector', block: await mergeEqualRows(block, evaluation.budget) };
};
