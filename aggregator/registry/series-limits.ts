/** What bounds the series ingest takes in, by the names they have under `limits` in tocsin.yaml. */
export const SERIES_LIMITS = [
  'series',
  'series_per_metric',
  'series_per_sender',
  'values_per_label',
] as const;

export type SeriesLimit = (typeof SERIES_LIMITS)[number];

export interface RegistryLimits {
  readonly seriesMax: number;
  readonly seriesPerMetricMax: number;
  readonly valuesPerLabelMax: number;
  readonly seriesPerSenderMax: number;
  /** In place of `seriesPerSenderMax`, by the sender's name. */
  readonly seriesOfSenderMax: Readonly<Record<string, number>>;
}

/** Why a series is not made. */
export interface LimitReached {
  readonly limit: SeriesLimit;
  /** The metric, label or sender that is full; empty when the whole store is. */
  readonly name: string;
  readonly max: number;
}

/** For the sender: what is full, with its figure and the limit's name. */
export function describeLimit({ limit, name, max }: LimitReached): string {
  const what = {
    series: `the store has ${max} series`,
    series_per_metric: `metric ${name} has ${max} series`,
    series_per_sender: `sender ${name} has ${max} series`,
    values_per_label: `label ${name} has ${max} values`,
  }[limit];
  return `${what}, as many as limits.${limit} allows`;
}
