import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

// YAML reads `severity: 1` as a number; Prometheus takes any plain value as text.
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Prometheus' duration, in milliseconds. */
const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDurationMs(String(value));
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
  .record(z.string(), text)
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
        limit: z.int().nonnegative().nullish(),
        query_offset: duration.nullish(),
        labels: textMap,
        rules: z.array(rule).nullish(),
      }),
    )
    .nullish(),
});

export type RuleSource = z.output<typeof rule>;
export type GroupSource = NonNullable<z.output<typeof RULE_FILE_SCHEMA>['groups']>[number];
