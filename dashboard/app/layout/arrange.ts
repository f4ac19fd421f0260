import { familiesOf, type MetricFamily, type MetricMetadata } from '../discovery/family.ts';
import type { LabelSet } from '../discovery/grouping.ts';
import { byInterest, headlineFor, panelFor } from '../discovery/panel-choice.ts';
import type { CuratedHeadline, CuratedPanel, Headline, Layer, Panel } from './panel.ts';

/** What the aggregator was found to hold. */
export interface Discovery {
  /** Metric names by layer, and of all series whatever their layer. */
  readonly names: Readonly<Record<Layer | 'all', readonly string[]>>;
  readonly metadata: ReadonlyMap<string, MetricMetadata>;
  /** Label sets by layer; of the system layer they are not asked for. */
  readonly series: Readonly<Record<'business' | 'usage', readonly LabelSet[]>>;
}

/** What one layer of the page shows, from top to bottom. */
export interface LayerContent {
  readonly headlines: readonly Headline[];
  readonly gauges: readonly Panel[];
  readonly panels: readonly Panel[];
  /** Metrics shown on demand only. */
  readonly more: readonly Panel[];
}

/** The shipped layout. */
export interface Curated {
  readonly panels: readonly CuratedPanel[];
  readonly headlines: readonly CuratedHeadline[];
}

const headlinesMax = 6;
const panelsMax = 12;

/** Arranges one layer: the curated panels whose metrics are there, then what discovery makes of the others. */
export function arrangeLayer(layer: Layer, discovery: Discovery, curated: Curated): LayerContent {
  const all = new Set(discovery.names.all);
  const chosen = curated.panels.filter(
    (panel) => panel.layer === layer && panel.needs.every((name) => all.has(name)),
  );
  const covered = new Set(chosen.flatMap((panel) => [...panel.needs, ...(panel.covers ?? [])]));
  const families = familiesOf(namesOf(layer, discovery), discovery.metadata)
    .filter((family) => family.kind !== 'info' && !family.members.some((name) => covered.has(name)))
    .sort(byInterest);
  const series = (family: MetricFamily) => seriesOf(family, layer, discovery);
  const drawn = families.flatMap((family) => panelFor(family, layer, series(family)) ?? []);
  const gauges = chosen.filter((panel) => panel.draw === 'gauge');
  const rest = chosen.filter((panel) => panel.draw !== 'gauge');
  // Hundreds of metrics belong to the system layer; only the curated ones are shown unasked.
  const room = layer === 'system' && rest.length > 0 ? 0 : Math.max(0, panelsMax - rest.length);
  const headlines =
    layer === 'system' ? [] : families.flatMap((family) => headlineFor(family, layer, series(family)) ?? []);
  const shipped = curated.headlines.filter(
    (headline) => headline.layer === layer && headline.needs.every((name) => all.has(name)),
  );
  return {
    headlines: [...shipped, ...headlines].slice(0, headlinesMax),
    gauges,
    panels: [...rest, ...drawn.slice(0, room)],
    more: drawn.slice(room),
  };
}

/** The system layer takes in what carries no layer at all, so that no metric is invisible. */
function namesOf(layer: Layer, { names }: Discovery): readonly string[] {
  if (layer !== 'system') return names[layer];
  const elsewhere = new Set([...names.business, ...names.usage]);
  return [...new Set([...names.system, ...names.all.filter((name) => !elsewhere.has(name))])];
}

function seriesOf(family: MetricFamily, layer: Layer, discovery: Discovery): readonly LabelSet[] {
  if (layer === 'system') return [];
  const members = new Set(family.members);
  return discovery.series[layer].filter((labels) => members.has(labels['__name__'] ?? ''));
}
