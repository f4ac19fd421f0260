import { z } from 'zod';
import { decimal, duration, span, text, textMap } from './scalar-schema.ts';

/** What counts when there is nothing to judge by (Grafana's "alert state if no data or all values are null"). */
const noDataState = z.enum(['ok', 'alerting', 'keep_last', 'no_data']);
/** What counts when the rule cannot be evaluated. */
const errorState = z.enum(['keep_last', 'ok', 'alerting', 'error']);

/** The metric form: what `expr` says otherwise. */
export const METRIC_KEYS = {
  metric: text.min(1, 'expected the name of a metric').optional(),
  /** Labels and their values, one or several; or a selector in braces. */
  match: z.union([text, z.record(z.string(), z.union([text, z.array(text).min(1)]))]).optional(),
  /** What to make of the values within `window`. */
  function: text.optional(),
  window: span.optional(),
  /** What to make of several series. */
  aggregate: text.optional(),
  by: z.array(text).optional(),
  without: z.array(text).optional(),
} as const;

const LIMIT_KEYS = {
  above: decimal.optional(),
  below: decimal.optional(),
  /** A firing alert ends only beyond this. */
  recovery: decimal.optional(),
} as const;

const severity = z.strictObject({
  severity: text.min(1, 'expected a name such as warning or critical'),
  ...LIMIT_KEYS,
  for: duration.nullish(),
  keep_firing_for: duration.nullish(),
  labels: textMap,
  annotations: textMap,
});

/** Keys of an alert that Prometheus does not know. */
export const ADDED_ALERT_KEYS = {
  ...METRIC_KEYS,
  ...LIMIT_KEYS,
  /** From the lowest to the highest. */
  severities: z.array(severity).min(1, 'expected at least one severity').optional(),
  /** A series that was there alerts when it has been gone for so long. */
  missing: span.optional(),
  /** For how long a series that is gone is remembered. */
  remember: span.optional(),
  no_data_state: noDataState.optional(),
  error_state: errorState.optional(),
} as const;

export type NoDataState = z.output<typeof noDataState>;
export type ErrorState = z.output<typeof errorState>;
export type SeveritySource = z.output<typeof severity>;
