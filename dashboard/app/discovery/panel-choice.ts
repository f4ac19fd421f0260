import { plainNumber, rateUnit, type Unit, unitOf } from '@tocsin/chart/units/unit.ts';
import type { Headline, Layer, Panel } from '../layout/panel.ts';
import { labelName, selector } from '../promql/text.ts';
import type { MetricFamily } from './family.ts';
import { chooseGrouping, funnelLabel, type LabelSet } from './grouping.ts';
import { titleOf } from './title.ts';

/**
 * Chooses how to draw a metric nobody has arranged: a counter as its rate, a gauge as it is, a histogram as its
 * quantiles, a counter of steps as a funnel. `series` are the metric's label sets as far as they are known; they
 * decide by what it is split. Undefined when there is nothing to draw, as for `_info` metrics.
 */
export function panelFor(family: MetricFamily, layer: Layer, series: readonly LabelSet[]): Panel | undefined {
  const unit = unitOf(family.name, family.unit);
  const base = { id: `${layer}:${family.name}`, layer, title: titleOf(family.name), help: family.help };
  const metric = selector(family.name, matchersOf(layer));
  switch (family.kind) {
    case 'counter': {
      const steps = funnelLabel(series);
      if (steps !== undefined) {
        const expr = `sum by (${labelName(steps)}) (increase(${metric}[$range]))`;
        return { ...base, unit: plainNumber, draw: 'funnel', queries: [{ expr, legend: `{{${steps}}}` }] };
      }
      return { ...base, unit: speedOf(unit, layer), draw: 'area', queries: [ratesOf(metric, layer, series)] };
    }
    case 'gauge': {
      const by = chooseGrouping(series);
      // Shares and temperatures do not add up.
      const total = unit.kind === 'ratio' || unit.kind === 'celsius' ? 'avg' : 'sum';
      const expr = by === undefined ? `${total}(${metric})` : `${total} by (${labelName(by)}) (${metric})`;
      return {
        ...base,
        unit,
        draw: 'lines',
        queries: [{ expr, legend: by === undefined ? '' : `{{${by}}}` }],
      };
    }
    case 'histogram':
      return { ...base, unit, draw: 'lines', queries: quantilesOf(family.name, layer, true) };
    case 'native histogram':
      return { ...base, unit, draw: 'lines', queries: quantilesOf(family.name, layer, false) };
    case 'summary':
      return { ...base, unit, draw: 'lines', queries: [averageOf(family, layer)] };
    case 'info':
      return undefined;
  }
}

/** The system layer is not matched on: what came without any layer is drawn there too. */
const matchersOf = (layer: Layer): readonly string[] => (layer === 'system' ? [] : [`layer="${layer}"`]);

const speedOf = (unit: Unit, layer: Layer): Unit => rateUnit(unit, layer === 'business' ? 'min' : 's');

function ratesOf(metric: string, layer: Layer, series: readonly LabelSet[]) {
  const by = chooseGrouping(series);
  const sum = by === undefined ? 'sum' : `sum by (${labelName(by)}) `;
  const expr =
    layer === 'business' ? `60 * ${sum}(rate(${metric}[$slow]))` : `${sum}(rate(${metric}[$window]))`;
  return { expr, legend: by === undefined ? '' : `{{${by}}}` };
}

function quantilesOf(name: string, layer: Layer, classic: boolean) {
  const matcher = matchersOf(layer);
  const rates = classic
    ? `sum by (le) (rate(${selector(`${name}_bucket`, matcher)}[$window]))`
    : `sum(rate(${selector(name, matcher)}[$window]))`;
  return [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, ${rates})`,
    legend: `p${quantile * 100}`,
  }));
}

function averageOf(family: MetricFamily, layer: Layer) {
  const matcher = matchersOf(layer);
  const rate = (suffix: string) => `sum(rate(${selector(`${family.name}${suffix}`, matcher)}[$window]))`;
  return { expr: `${rate('_sum')} / ${rate('_count')}`, legend: 'average' };
}

/** The number above a layer for a family: a counter's increase over the range, a gauge's value now. */
export function headlineFor(
  family: MetricFamily,
  layer: Layer,
  series: readonly LabelSet[],
): Headline | undefined {
  const metric = selector(family.name, matchersOf(layer));
  const unit = unitOf(family.name, family.unit);
  const base = {
    id: `headline:${layer}:${family.name}`,
    layer,
    title: titleOf(family.name),
    help: family.help,
    unit,
  };
  // The sum over a funnel's steps, or over currencies, would count apples with pears.
  if (funnelLabel(series) !== undefined || chooseGrouping(series) === 'currency') return undefined;
  if (family.kind === 'counter') {
    return {
      ...base,
      value: `sum(increase(${metric}[$range]))`,
      // Only when the earlier time is known from its start: half a range against a whole one would look like growth.
      before: `sum(increase(${metric}[$range] offset $range)) and sum(${metric} offset $twice)`,
      trend: `60 * sum(rate(${metric}[$slow]))`,
      span: 'over the range',
    };
  }
  if (family.kind === 'gauge') {
    const total = unit.kind === 'ratio' || unit.kind === 'celsius' ? 'avg' : 'sum';
    return {
      ...base,
      value: `${total}(${metric})`,
      before: `${total}(${metric} offset $range)`,
      trend: `${total}(${metric})`,
      span: 'now',
    };
  }
  return undefined;
}

/** Money first, then what is counted, then levels and times; by name within each. */
export function byInterest(a: MetricFamily, b: MetricFamily): number {
  return interest(a) - interest(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

function interest(family: MetricFamily): number {
  if (unitOf(family.name, family.unit).kind === 'currency') return family.kind === 'counter' ? 0 : 2;
  return { counter: 1, gauge: 3, histogram: 4, 'native histogram': 4, summary: 5, info: 6 }[family.kind];
}
