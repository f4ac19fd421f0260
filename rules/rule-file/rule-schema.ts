import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

// The file is read as text: Prometheus takes `version: 1.10` as it is written.
const text = z.string();

/** Prometheus' duration, in milliseconds. */
const duration = text.transform((value, context) => {
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

const textMap = z
  .record(
    z.string(),
    text.nullable().transform((value) => value ?? ''),
  )
  .nullish()
  .transform((map) => map ?? {});

const rule = z.strictObject({
  alert: text.optional(),
  record: text.optional(),
  expr: text.optional(),
  for: duration.nullish(),
  keep_firing_for: duration.nullish(),
  labels: textMap,
  annotations: textMap,
});

/** Prometheus' rule file (its documentation, "Recording rules" and "Alerting rules"), unchanged. */
export const RULE_FILE_SCHEMA = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: text,
        interval: duration.nullish(),
        limit: text
          .regex(/^\d{1,15}$/, 'expected a whole number')
          .transform(Number)
          .nullish(),
        query_offset: duration.nullish(),
        labels: textMap,
        rules: z.array(rule).nullish(),
      }),
    )
    .nullish(),
});

export type RuleSource = z.output<typeof rule>;
export type GroupSource = NonNullable<z.output<typeof RULE_FILE_SCHEMA>['groups']>[number];
