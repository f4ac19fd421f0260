/** What LogQL has and this parser names in its refusal instead of calling it a syntax error. */
const STAGES: ReadonlyMap<string, string> = new Map([
  ['json', 'the json parser'],
  ['logfmt', 'the logfmt parser'],
  ['regexp', 'the regexp parser'],
  ['pattern', 'the pattern parser'],
  ['unpack', 'the unpack parser'],
  ['line_format', 'line_format'],
  ['label_format', 'label_format'],
  ['decolorize', 'decolorize'],
  ['drop', 'drop'],
  ['keep', 'keep'],
  ['unwrap', 'unwrap'],
]);

const FUNCTIONS = new Set([
  'count_over_time',
  'rate',
  'rate_counter',
  'bytes_over_time',
  'bytes_rate',
  'avg_over_time',
  'sum_over_time',
  'min_over_time',
  'max_over_time',
  'stdvar_over_time',
  'stddev_over_time',
  'quantile_over_time',
  'first_over_time',
  'last_over_time',
  'absent_over_time',
  'sum',
  'avg',
  'max',
  'min',
  'count',
  'stddev',
  'stdvar',
  'bottomk',
  'topk',
  'approx_topk',
  'sort',
  'sort_desc',
  'label_replace',
]);

/** The name to refuse a pipeline stage by, or undefined when it is none of LogQL's. */
export function unsupportedStage(keyword: string): string | undefined {
  return STAGES.get(keyword);
}

export function isMetricFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}
