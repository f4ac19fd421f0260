/** One series' labels. */
export type LabelSet = Readonly<Record<string, string>>;

/** The labels that tell where a series comes from or how it is stored, not what it is about. */
const origins = new Set(
  (
    '__name__ layer job instance host hostname host_name le quantile service service_name service_namespace ' +
    'service_version service_instance_id service_instance deployment_environment environment env region zone ' +
    'cluster namespace pod container node otel_scope_name otel_scope_version telemetry_sdk_language process_pid'
  ).split(' '),
);

// What people most often want to see a number split by, best first.
const favourites =
  'step stage currency status result outcome status_code code status_class plan channel payment payment_method provider category product country reason method route path endpoint operation type state mode device queue topic'.split(
    ' ',
  );

const groupsMax = 8;

/** How a metric is split on its chart: by this label, with so many values. Undefined draws the sum. */
export function chooseGrouping(series: readonly LabelSet[]): string | undefined {
  const values = new Map<string, Set<string>>();
  for (const labels of series) {
    for (const [name, value] of Object.entries(labels)) {
      const seen = values.get(name);
      if (seen) seen.add(value);
      else values.set(name, new Set([value]));
    }
  }
  const candidates = [...values]
    .filter(([name, seen]) => !origins.has(name) && seen.size >= 2 && seen.size <= groupsMax)
    .map(([name, seen]) => ({ name, size: seen.size, rank: rankOf(name) }))
    .sort((a, b) => a.rank - b.rank || a.size - b.size || (a.name < b.name ? -1 : 1));
  const best = candidates[0];
  if (best) return best.name;
  // Nothing to tell the series apart but the services that send them.
  return ['service', 'service_name', 'job'].find((name) => {
    const services = values.get(name)?.size ?? 0;
    return services >= 2 && services <= groupsMax;
  });
}

const rankOf = (name: string): number => {
  const index = favourites.indexOf(name);
  return index < 0 ? favourites.length : index;
};

/** The label whose values are the steps of a funnel, if the metric has one with at least two. */
export function funnelLabel(series: readonly LabelSet[]): string | undefined {
  for (const name of ['step', 'stage', 'funnel_step']) {
    const values = new Set(series.map((labels) => labels[name] ?? ''));
    values.delete('');
    if (values.size >= 2 && values.size <= 12) return name;
  }
  return undefined;
}
