import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

/** The file is read as text: Prometheus takes `version: 1.10` as it is written. */
export const text = z.string();

/** Prometheus' duration, in milliseconds. */
export const duration = text.transform((value, context) => {
  const ms = parseDurationMs(value);
  if (ms === null) {
    context.addIssue({
      code: 'custom',
      message: `bad duration ${JSON.stringify(value)}; write it as 30s, 5m or 1h30m`,
    });
    return z.NEVER;
  }
  return ms;
});

/** A duration that is not zero. */
export const span = duration.refine((ms) => ms > 0, 'must be longer than 0s');

/** A number as written, for an expression takes it over unchanged. */
export const decimal = text.regex(
  /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/,
  'expected a number such as 80, 0.5 or 1e9, without a unit',
);

export const wholeNumber = text.regex(/^\d{1,15}$/, 'expected a whole number').transform(Number);

export const truth = z
  .enum(['true', 'false'], 'expected true or false')
  .transform((value) => value === 'true');

export const textMap = z
  .record(
    z.string(),
    text.nullable().transform((value) => value ?? ''),
  )
  .nullish()
  .transform((map) => map ?? {});
