import { parseOutput } from '@tocsin/aggregator/streaming/stream-output.ts';
import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

const duration = z
  .string()
  .refine((text) => parseDurationMs(text) !== null, 'expected a duration such as 1m or 30s');

const labelNames = z.array(z.string().min(1));

/** `stream_aggregation` of tocsin.yaml; what a rule says as a whole is checked by `createStreamRules`. */
export const streamAggregationSchema = z
  .array(
    z.strictObject({
      match: z.string().describe('Which series, as a selector.'),
      by: labelNames.optional().describe("The labels that stay, besides the metric's name."),
      without: labelNames.optional().describe('The labels that go; without this and by, all stay.'),
      interval: duration.describe('Length of a window, such as 1m.'),
      outputs: z
        .array(
          z
            .string()
            .refine(
              (text) => parseOutput(text) !== null,
              'expected an output such as total, increase, avg or quantiles(0.5, 0.99)',
            ),
        )
        .min(1)
        .describe('What is stored of a window.'),
      keep_raw: z
        .boolean()
        .optional()
        .describe('Whether the samples are stored as they come, too. Default: no.'),
      late: duration
        .optional()
        .describe("How long after a window's end its samples may still come. Default 30s."),
      staleness: duration
        .optional()
        .describe('How long after its last sample a series still counts. Default 5m, or two intervals.'),
      drop_labels: labelNames
        .optional()
        .describe('Labels taken off first; series that differ in these only are one.'),
      keep_metric_name: z
        .boolean()
        .optional()
        .describe('Whether the only output is called like the input. Default: no.'),
    }),
  )
  .default([])
  .describe('What is aggregated as it comes in, and not stored as it is.');
