import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const duration = z
  .string()
  .nullish()
  .transform((value, context) => {
    const ms = parseDurationMs(value ?? '0');
    if (ms !== null) return ms;
    context.addIssue({
      code: 'custom',
      message: `bad duration ${JSON.stringify(value)}; write it as 30s, 5m or 1h30m`,
    });
    return z.NEVER;
  });

const textMap = z
  .record(z.string(), text)
  .nullish()
  .transform((map) => map ?? {});

function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);
}

/** A float as YAML writes it. */
const number = z
  .string()
  .nullish()
  .transform((value, context) => {
    const read = readNumber(value ?? '0');
    if (read !== null) return read;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(value)} is not a number` });
    return z.NEVER;
  });

function readNumber(value: string): number | null {
  if (/^[-+]?\.(inf|Inf|INF)$/.test(value))
    return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(nan|NaN|NAN)$/.test(value)) return Number.NaN;
  const plain = value.replaceAll('_', '');
  const isNumber =
    /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain) || /^0(x[\da-f]+|b[01]+|o[0-7]+)$/i.test(plain);
  return isNumber ? Number(plain) : null;
}

/** Seconds since the epoch, or a time as RFC 3339 writes it; in milliseconds. */
const time = z
  .string()
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined) return 0;
    const ms = /^-?\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1_000) : Date.parse(value);
    if (!Number.isNaN(ms)) return ms;
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(value)} is no time; write 2026-01-31T12:00:00Z or Unix seconds`,
    });
    return z.NEVER;
  });

const flag = z
  .string()
  .nullish()
  .transform((value, context) => {
    if (/^(true|yes|on|y)$/i.test(value ?? '')) return true;
    if (/^(false|no|off|n|)$/i.test(value ?? '')) return false;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(value)} is neither true nor false` });
    return z.NEVER;
  });

const test = z.strictObject({
  name: text,
  interval: duration,
  start_timestamp: time,
  input_series: listOf(z.strictObject({ series: text, values: text })),
  alert_rule_test: listOf(
    z.strictObject({
      eval_time: duration,
      alertname: text,
      exp_alerts: listOf(z.strictObject({ exp_labels: textMap, exp_annotations: textMap })),
    }),
  ),
  promql_expr_test: listOf(
    z.strictObject({
      expr: text,
      eval_time: duration,
      exp_samples: listOf(z.strictObject({ labels: text, value: number, histogram: text })),
    }),
  ),
  external_labels: textMap,
  external_url: text,
});

/**
 * The file of `promtool test rules` (Prometheus' documentation, "Unit testing for rules"). Read with values as text,
 * because a label's value counts as it is written.
 */
export const UNIT_TEST_SCHEMA = z.strictObject({
  rule_files: listOf(text),
  evaluation_interval: duration,
  group_eval_order: listOf(text),
  fuzzy_compare: flag,
  tests: listOf(test),
});
