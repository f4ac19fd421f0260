/** What a window of a group can be put down to. The names are VictoriaMetrics', where it has the output. */
export const PLAIN_OUTPUTS = [
  'total',
  'total_prometheus',
  'increase',
  'increase_prometheus',
  'rate_sum',
  'rate_avg',
  'sum_samples',
  'count_samples',
  'count_series',
  'unique_samples',
  'sum_last',
  'last',
  'avg',
  'min',
  'max',
  'stddev',
  'stdvar',
] as const;

export type PlainOutput = (typeof PLAIN_OUTPUTS)[number];

export type StreamOutput =
  | { readonly kind: PlainOutput }
  | {
      readonly kind: 'quantiles';
      /** Each from 0 to 1, with the text its series carries. */
      readonly quantiles: readonly { readonly text: string; readonly value: number }[];
    };

const plain: ReadonlySet<string> = new Set(PLAIN_OUTPUTS);

/** An output as tocsin.yaml names it: `total`, `quantiles(0.5, 0.99)`; null when it is none. */
export function parseOutput(text: string): StreamOutput | null {
  if (plain.has(text)) return { kind: text as PlainOutput };
  const [, list] = /^quantiles\(([^()]*)\)$/.exec(text) ?? [];
  if (list === undefined) return null;
  const quantiles = list.split(',').map((part) => ({ text: part.trim(), value: Number(part) }));
  const isValid = quantiles.every(
    ({ text: one, value }) => /^[01]?(\.\d+)?$/.test(one) && one !== '' && value <= 1,
  );
  const isRepeated = new Set(quantiles.map(({ value }) => value)).size < quantiles.length;
  return isValid && !isRepeated ? { kind: 'quantiles', quantiles } : null;
}
