import { FUNCTIONS } from '@tocsin/protocol/promql/functions.ts';
import { AGGREGATIONS, PRECEDENCE } from '@tocsin/protocol/promql/operators.ts';

export type Features = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

// Between a label and its value; the operators of the language itself are in the grammar's own tables.
const MATCHERS = ['=~', '!~'];

const TEMPLATE_FUNCTIONS =
  'args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml sortByLabel stripDomain stripPort strvalue tableLink title toDuration toLower toTime toUpper urlQueryEscape value';

/** `/api/v1/features`: what clients may use, by area, in Prometheus' form; `tocsin` lists what no standard covers. */
export function featuresOf({ adminApi }: { readonly adminApi: boolean }): Features {
  return {
    api: {
      admin: adminApi,
      exclude_alerts: true,
      label_values_match: true,
      lifecycle: true,
      otlp_write_receiver: true,
      query_stats: true,
      query_warnings: true,
      remote_write_receiver: true,
      time_range_labels: true,
      time_range_series: true,
    },
    otlp_receiver: { delta_conversion: false, native_delta_ingestion: false },
    prometheus: { agent_mode: false, auto_reload_config: false, server_mode: true },
    promql: {
      anchored: true,
      at_modifier: true,
      bool: true,
      by: true,
      delayed_name_removal: true,
      duration_expr: true,
      experimental_functions: true,
      fill: true,
      fill_left: true,
      fill_right: true,
      group_left: true,
      group_right: true,
      ignoring: true,
      negative_offset: true,
      offset: true,
      on: true,
      per_query_lookback_delta: true,
      per_step_stats: false,
      smoothed: true,
      subqueries: true,
      type_and_unit_labels: false,
      without: true,
    },
    promql_functions: allTrue([...FUNCTIONS.keys()]),
    promql_operators: allTrue([...Object.keys(PRECEDENCE), ...AGGREGATIONS, ...MATCHERS, '@']),
    rules: { concurrent_rule_eval: false, keep_firing_for: true, query_offset: true },
    templating_functions: allTrue(TEMPLATE_FUNCTIONS.split(' ')),
    tsdb: { exemplar_storage: true, native_histograms: true, out_of_order: true, retention_per_series: true },
    tocsin: {
      limits: true,
      query_batch: true,
      query_explanation: true,
      query_live: true,
      recent_queries: true,
    },
  };
}

function allTrue(names: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries([...names].sort().map((name) => [name, true]));
}
