import { type CallFunction, scalarArgument, vectorArgument } from './call-function.ts';
import { mapFloats } from './elementwise.ts';

/** To the nearest multiple of the second argument (1), halves up. */
export const round: CallFunction = async (evaluation, call) => {
  const block = await vectorArgument(evaluation, call, 0);
  const nearest = call.args.length > 1 ? await scalarArgument(evaluation, call, 1) : null;
  return {
    kind: 'vector',
    block: await mapFloats(
      block,
      (value, step) => {
        // Dividing by the inverse keeps 0.1 and its like exact.
        const inverse = 1 / (nearest === null ? 1 : nearest[step]!);
        return Math.floor(value * inverse + 0.5) / inverse;
      },
      evaluation.budget,
    ),
  };
};
