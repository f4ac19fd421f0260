import { stepTime } from '../steps.ts';
import { type CallFunction, vectorArgument } from './call-function.ts';
import { mapFloats } from './elementwise.ts';
import { constantVector } from './scalars.ts';

const DAY_MS = 86_400_000;

const FIELDS: Readonly<Record<string, (date: Date) => number>> = {
  day_of_month: (date) => date.getUTCDate(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_year: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1,
  days_in_month: (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

/** `hour()` and the like: a part of the date, in UTC, of seconds since the epoch; of the evaluation time without argument. */
export const date: ReadonlyMap<string, CallFunction> = new Map(
  Object.entries(FIELDS).map(([name, field]) => {
    const ofSeconds = (seconds: number): number => field(new Date(Math.trunc(seconds) * 1000));
    const fn: CallFunction = async (evaluation, call) => {
      if (call.args.length === 0) {
        return {
          kind: 'vector',
          block: constantVector(evaluation, (step) => ofSeconds(stepTime(evaluation.steps, step) / 1000)),
        };
      }
      return {
        kind: 'vector',
        block: await mapFloats(await vectorArgument(evaluation, call, 0), ofSeconds, evaluation.budget),
      };
    };
    return [name, fn];
  }),
);
