/** What `/api/v1/metadata` says of a metric. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export type FamilyKind = 'counter' | 'gauge' | 'histogram' | 'native histogram' | 'summary' | 'info';

/** A metric as a person thinks of it: a histogram's `_bucket`, `_sum` and `_count` are one family. */
export interface MetricFamily {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly help: string;
  /** The declared unit; empty when none is. */
  readonly unit: string;
  /** The series names that carry it. */
  readonly members: readonly string[];
}

// Written by Prometheus-like servers about themselves and their rules; nothing to draw.
const bookkeeping = /^(ALERTS|ALERTS_FOR_STATE|scrape_\w+|target_info)$/;

/** Folds the series names found in the store into families, with what the metadata knows of each, sorted by name. */
export function familiesOf(
  names: readonly string[],
  metadata: ReadonlyMap<string, MetricMetadata>,
): readonly MetricFamily[] {
  const present = new Set(names);
  const families = new Map<string, MetricFamily>();
  for (const name of present) {
    if (bookkeeping.test(name)) continue;
    const base = baseOf(name, present, metadata);
    if (base === undefined) continue;
    const found = families.get(base);
    if (found) families.set(base, { ...found, members: [...found.members, name] });
    else families.set(base, describe(base, name, present, metadata));
  }
  return [...families.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The family's name; undefined for names that say nothing of their own, such as `_created`. */
function baseOf(
  name: string,
  present: ReadonlySet<string>,
  metadata: ReadonlyMap<string, MetricMetadata>,
): string | undefined {
  const cut = name.match(/^(.+)_(bucket|sum|count|created)$/);
  if (!cut?.[1]) return name;
  const base = cut[1];
  const declared = metadata.get(base)?.type;
  const isHistogram = declared === 'histogram' || present.has(`${base}_bucket`);
  const isSummary = declared === 'summary' || (present.has(`${base}_sum`) && present.has(`${base}_count`));
  if (cut[2] === 'created') {
    return isHistogram || isSummary || present.has(`${base}_total`) || present.has(base) ? undefined : name;
  }
  if (isHistogram || isSummary) return base;
  return name;
}

function describe(
  base: string,
  member: string,
  present: ReadonlySet<string>,
  metadata: ReadonlyMap<string, MetricMetadata>,
): MetricFamily {
  // OpenMetrics names a counter's family without `_total`.
  const known = metadata.get(base) ?? metadata.get(base.replace(/_total$/, '')) ?? metadata.get(member);
  const shared = { name: base, help: known?.help ?? '', unit: known?.unit ?? '', members: [member] };
  return { ...shared, kind: kindOf(base, known?.type, present) };
}

function kindOf(base: string, type: string | undefined, present: ReadonlySet<string>): FamilyKind {
  if (present.has(`${base}_bucket`)) return 'histogram';
  switch (type) {
    case 'counter':
      return 'counter';
    case 'histogram':
    case 'gaugehistogram':
      return present.has(base) ? 'native histogram' : 'summary';
    case 'summary':
      return 'summary';
    case 'info':
    case 'stateset':
      return 'info';
    case 'gauge':
      return base.endsWith('_info') ? 'info' : 'gauge';
  }
  if (base.endsWith('_total')) return 'counter';
  if (base.endsWith('_info')) return 'info';
  if (present.has(`${base}_sum`) && present.has(`${base}_count`)) return 'summary';
  return 'gauge';
}
