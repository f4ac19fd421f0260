import { type AggregatorLimits, DEFAULT_AGGREGATOR_LIMITS as DEFAULTS } from '@tocsin/aggregator/limits.ts';
import { z } from 'zod';
import { byteSize, count, size } from './quantities.ts';

/** `limits` of tocsin.yaml. */
export const limitsSchema = z
  .strictObject({
    series: count(DEFAULTS.seriesMax, 'Series with samples in memory, all together.'),
    series_per_metric: count(DEFAULTS.seriesPerMetricMax, 'Series of one metric name.'),
    series_per_sender: count(
      DEFAULTS.seriesPerSenderMax,
      'Series one sending token has brought; auth.senders may say otherwise for one of them.',
    ),
    values_per_label: count(DEFAULTS.valuesPerLabelMax, 'Different values of one label name.'),
    labels_per_series: count(DEFAULTS.labelsPerSeriesMax, 'Labels of one series, its name included.'),
    label_name_length: count(DEFAULTS.labelNameLengthMax, 'Characters of a label name.'),
    label_value_length: count(DEFAULTS.labelValueLengthMax, 'Characters of a label value.'),
    stream_samples: count(
      DEFAULTS.streamSamplesMax,
      'Samples in open windows of stream aggregation; a change takes a restart.',
    ),
    request_size: size(DEFAULTS.requestBytesMax, 'One request as it is sent, such as 32MiB.'),
    request_size_uncompressed: size(DEFAULTS.uncompressedBytesMax, 'The same, uncompressed.'),
    requests_at_once: count(DEFAULTS.requestsMax, 'Requests being taken in; more are told to come back.'),
  })
  .prefault({})
  .describe('What the aggregator takes in at most. At a limit new series are refused, old ones go on.');

interface SenderConfig {
  readonly name: string;
  readonly series?: number | undefined;
}

/** The aggregator's limits as tocsin.yaml has them. */
export function aggregatorLimits(
  limits: z.output<typeof limitsSchema>,
  senders: readonly SenderConfig[],
): Partial<AggregatorLimits> {
  return {
    seriesMax: limits.series,
    seriesPerMetricMax: limits.series_per_metric,
    seriesPerSenderMax: limits.series_per_sender,
    seriesOfSenderMax: Object.fromEntries(
      senders.flatMap(({ name, series }) => (series === undefined ? [] : [[name, series]])),
    ),
    valuesPerLabelMax: limits.values_per_label,
    labelsPerSeriesMax: limits.labels_per_series,
    labelNameLengthMax: limits.label_name_length,
    labelValueLengthMax: limits.label_value_length,
    requestBytesMax: byteSize(limits.request_size),
    uncompressedBytesMax: byteSize(limits.request_size_uncompressed),
    requestsMax: limits.requests_at_once,
  };
}
