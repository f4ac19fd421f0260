import { z } from 'zod';
import { decimal, text, textMap, wholeNumber } from './scalar-schema.ts';

const alertKeys = z.strictObject({ labels: textMap, annotations: textMap }).optional();

/** Keys of an objective, which stands in the list of rules as `slo: NAME`; it takes `window` and `by` too. */
export const SLO_KEYS = {
  /** Per cent of the events that must be good: 99.9. */
  objective: decimal.optional(),
  /** Counters, as selectors. */
  total: text.optional(),
  errors: text.optional(),
  good: text.optional(),
  /** Bad events within a window that are needed before it alerts. */
  min_errors: wholeNumber.optional(),
  page: alertKeys,
  ticket: alertKeys,
} as const;
