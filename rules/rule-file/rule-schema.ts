import { z } from 'zod';
import { duration, text, textMap, truth, wholeNumber } from './scalar-schema.ts';
import { SLO_KEYS } from './slo-schema.ts';
import { ADDED_ALERT_KEYS } from './threshold-schema.ts';

const rule = z.strictObject({
  alert: text.optional(),
  record: text.optional(),
  expr: text.optional(),
  for: duration.nullish(),
  keep_firing_for: duration.nullish(),
  labels: textMap,
  annotations: textMap,
  slo: text.optional(),
  urgent: truth.optional(),
  ...ADDED_ALERT_KEYS,
  ...SLO_KEYS,
});

/** Prometheus' rule file (its documentation, "Recording rules" and "Alerting rules"), and what docs/rules.md adds to it. */
export const RULE_FILE_SCHEMA = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: text,
        interval: duration.nullish(),
        limit: wholeNumber.nullish(),
        query_offset: duration.nullish(),
        labels: textMap,
        rules: z.array(rule).nullish(),
      }),
    )
    .nullish(),
});

export type RuleSource = z.output<typeof rule>;
export type GroupSource = NonNullable<z.output<typeof RULE_FILE_SCHEMA>['groups']>[number];
