import { COLUMNS, type DashboardSource } from '../files/dashboard-schema.ts';
import { field, listOf, numberOf, textOf } from './grafana-json.ts';
import { importExpression, renameVariables } from './import-expression.ts';
import { importUnit } from './import-unit.ts';

export type PanelSource = NonNullable<DashboardSource['panels']>[number];

const grafanaColumns = 24;
const rowPixels = 30;
const queriesMax = 26;
const textMax = 50_000;

/** One of Grafana's panels as ours; undefined when it has no counterpart, which `note` is told. */
export function importPanel(source: unknown, tell: (text: string) => void): PanelSource | undefined {
  const kind = textOf(field(source, 'type'));
  const title = textOf(field(source, 'title'));
  const note = (text: string) => tell(`panel "${title.slice(0, 100) || kind.slice(0, 50)}": ${text}`);
  const shared = sharedOf(source, title, note);
  tellLeft(source, note);
  switch (kind) {
    case 'text': {
      const mode = textOf(field(field(source, 'options'), 'mode')) || textOf(field(source, 'mode'));
      if (mode === 'html') note('its HTML is kept as text');
      const content = textOf(field(field(source, 'options'), 'content')) || textOf(field(source, 'content'));
      return { draw: 'text', ...shared, markdown: content.slice(0, textMax) };
    }
    case 'alertlist':
      return { draw: 'alerts', ...shared };
    case 'logs':
      return { draw: 'logs', ...shared, ...logFilterOf(source, note) };
  }
  const draws = drawnAs[kind];
  if (draws === undefined) {
    note(`the kind "${kind.slice(0, 50)}" has no counterpart`);
    return undefined;
  }
  if (draws.but !== undefined) note(draws.but);
  const queries = queriesOf(source, note);
  if (queries.length === 0) {
    note('it asks nothing in PromQL');
    return undefined;
  }
  const defaults = field(field(source, 'fieldConfig'), 'defaults');
  const unit = unitOf(source, defaults, note);
  const numbers = { ...shared, unit, queries };
  const min = numberOf(field(defaults, 'min'));
  const max = numberOf(field(defaults, 'max'));
  const thresholds = thresholdsOf(defaults);
  switch (draws.draw) {
    case 'timeseries':
      return {
        draw: 'timeseries',
        ...numbers,
        look: lookOf(source, defaults),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(isThresholdShown(defaults) && thresholds.length > 0 ? { thresholds } : {}),
      };
    case 'stat':
      return {
        draw: 'stat',
        ...numbers,
        reduce: reduceOf(source),
        ...(thresholds.length > 0 ? { thresholds } : {}),
      };
    case 'gauge': {
      const top = max ?? (unit === 'percent' ? 100 : 1);
      const bottom = min !== undefined && min < top ? min : Math.min(0, top - 1);
      return {
        draw: 'gauge',
        ...numbers,
        min: bottom,
        max: top,
        ...(thresholds.length > 0 ? { thresholds } : {}),
      };
    }
    case 'bar':
      return { draw: 'bar', ...numbers };
    case 'table':
      return { draw: 'table', ...numbers };
    case 'heatmap':
      if (queries.length > 1) note('only its first query is taken');
      return { draw: 'heatmap', ...numbers, queries: queries.slice(0, 1) };
  }
}

interface Drawn {
  readonly draw: 'timeseries' | 'stat' | 'gauge' | 'bar' | 'table' | 'heatmap';
  readonly but?: string;
}

const drawnAs: Readonly<Partial<Record<string, Drawn>>> = Object.assign(Object.create(null), {
  timeseries: { draw: 'timeseries' },
  graph: { draw: 'timeseries' },
  trend: { draw: 'timeseries' },
  'state-timeline': { draw: 'timeseries', but: 'a state timeline becomes lines' },
  'status-history': { draw: 'timeseries', but: 'a status history becomes lines' },
  stat: { draw: 'stat' },
  singlestat: { draw: 'stat' },
  gauge: { draw: 'gauge' },
  bargauge: { draw: 'bar' },
  barchart: { draw: 'bar' },
  piechart: { draw: 'bar', but: 'a pie becomes bars' },
  'grafana-piechart-panel': { draw: 'bar', but: 'a pie becomes bars' },
  table: { draw: 'table' },
  'table-old': { draw: 'table' },
  heatmap: { draw: 'heatmap' },
  histogram: { draw: 'heatmap', but: 'a histogram becomes a heat map' },
});

function sharedOf(source: unknown, title: string, note: (text: string) => void) {
  const help = textOf(field(source, 'description'));
  const grid = field(source, 'gridPos');
  const width = numberOf(field(grid, 'w')) ?? (numberOf(field(source, 'span')) ?? 0) * 2;
  const height = numberOf(field(grid, 'h'));
  const repeat = textOf(field(source, 'repeat'));
  const links = listOf(field(source, 'links')).flatMap((link) => {
    const url = renameVariables(textOf(field(link, 'url')));
    if (/^(https?:\/\/|\/(?!\/))/.test(url) && url.length <= 4096)
      return [{ title: textOf(field(link, 'title')).slice(0, 200), url }];
    note('a link without a web address is left out');
    return [];
  });
  return {
    title: renameVariables(title).slice(0, 200),
    ...(help === '' ? {} : { help: renameVariables(help).slice(0, 2000) }),
    ...(width > 0
      ? { width: Math.min(COLUMNS, Math.max(1, Math.round((width * COLUMNS) / grafanaColumns))) }
      : {}),
    ...(height === undefined || height <= 0
      ? {}
      : { height: Math.min(2000, Math.max(60, Math.round(height * rowPixels - 70))) }),
    ...(/^[a-zA-Z_]\w{0,63}$/.test(repeat) ? { repeat } : {}),
    ...(links.length === 0 ? {} : { links: links.slice(0, 20) }),
  };
}

/** Says what of a panel has no place here. */
function tellLeft(source: unknown, note: (text: string) => void): void {
  const transformations = listOf(field(source, 'transformations'));
  if (transformations.length > 0)
    note(
      `its transformations (${transformations
        .map((one) => textOf(field(one, 'id')))
        .join(', ')
        .slice(0, 200)}) are left out`,
    );
  const overrides = listOf(field(field(source, 'fieldConfig'), 'overrides'));
  if (overrides.length > 0)
    note(
      `${overrides.length === 1 ? 'an override' : `${overrides.length} overrides`} of single fields left out`,
    );
  if (field(source, 'alert') !== undefined) note('its alert is left out; write a rule for it');
  if (field(source, 'libraryPanel') !== undefined && listOf(field(source, 'targets')).length === 0)
    note('it is a library panel, whose content is not in the file');
  if (textOf(field(source, 'timeFrom')) !== '' || textOf(field(source, 'timeShift')) !== '')
    note('its own time is left out; use offset in the query');
}

function queriesOf(source: unknown, note: (text: string) => void): { expr: string; legend: string }[] {
  const queries: { expr: string; legend: string }[] = [];
  for (const target of listOf(field(source, 'targets'))) {
    const expr = textOf(field(target, 'expr')).trim();
    const kind = textOf(field(field(target, 'datasource'), 'type'));
    if (field(target, 'hide') === true) {
      note('a hidden query is left out');
      continue;
    }
    if (expr === '' || expr.length > 20_000 || (kind !== '' && kind !== 'prometheus')) {
      note(`a query of ${kind === '' ? 'an unknown source' : kind.slice(0, 50)} without PromQL is left out`);
      continue;
    }
    const legend = textOf(field(target, 'legendFormat'));
    queries.push({
      expr: importExpression(expr, note),
      legend: legend === '__auto' ? '' : renameVariables(legend).slice(0, 500),
    });
  }
  if (queries.length > queriesMax) note(`only the first ${queriesMax} queries are taken`);
  return queries.slice(0, queriesMax);
}

function unitOf(source: unknown, defaults: unknown, note: (text: string) => void): string {
  const id =
    textOf(field(defaults, 'unit')) ||
    textOf(field(source, 'format')) ||
    textOf(field(listOf(field(source, 'yaxes'))[0], 'format'));
  const unit = importUnit(id);
  if (unit === undefined) note(`the unit "${id.slice(0, 50)}" has no counterpart`);
  return unit ?? 'none';
}

function lookOf(source: unknown, defaults: unknown): 'lines' | 'area' | 'stacked' | 'bars' {
  const custom = field(defaults, 'custom');
  const stacking = textOf(field(field(custom, 'stacking'), 'mode'));
  if (stacking === 'normal' || stacking === 'percent' || field(source, 'stack') === true) return 'stacked';
  if (field(custom, 'drawStyle') === 'bars' || field(source, 'bars') === true) return 'bars';
  return (numberOf(field(custom, 'fillOpacity')) ?? 0) >= 10 ? 'area' : 'lines';
}

function reduceOf(source: unknown): 'last' | 'mean' | 'min' | 'max' | 'sum' {
  const calc = textOf(listOf(field(field(field(source, 'options'), 'reduceOptions'), 'calcs'))[0]);
  const known = { mean: 'mean', avg: 'mean', min: 'min', max: 'max', sum: 'sum', total: 'sum' } as const;
  const name = calc || textOf(field(source, 'valueName'));
  return Object.hasOwn(known, name) ? known[name as keyof typeof known] : 'last';
}

const isThresholdShown = (defaults: unknown): boolean => {
  const mode = textOf(field(field(field(defaults, 'custom'), 'thresholdsStyle'), 'mode'));
  return mode !== '' && mode !== 'off';
};

function thresholdsOf(defaults: unknown): { value: number; tone: 'good' | 'warn' | 'bad' }[] {
  return listOf(field(field(defaults, 'thresholds'), 'steps'))
    .flatMap((step) => {
      const value = numberOf(field(step, 'value'));
      return value === undefined ? [] : [{ value, tone: toneOf(textOf(field(step, 'color'))) }];
    })
    .slice(0, 10);
}

const toneOf = (colour: string): 'good' | 'warn' | 'bad' =>
  /green/i.test(colour) ? 'good' : /yellow|orange/i.test(colour) ? 'warn' : 'bad';

/** The simple part of a LogQL query: a service, and one text. */
function logFilterOf(source: unknown, note: (text: string) => void) {
  const targets = listOf(field(source, 'targets'));
  const expr = textOf(field(targets[0], 'expr'));
  const service = /\{[^}]*\b(?:service_name|service|job|app)\s*=\s*"([^"\\]*)"/.exec(expr)?.[1] ?? '';
  const text = /\|=\s*"([^"\\]*)"/.exec(expr)?.[1] ?? '';
  const level = /\blevel\s*=\s*"(\w+)"/.exec(expr)?.[1] ?? '';
  if (expr !== '') note(`of its query ${expr.slice(0, 200)} only service, level and one text are taken`);
  return {
    ...(service === '' ? {} : { service: service.slice(0, 500) }),
    ...(text === '' ? {} : { text: text.slice(0, 4096) }),
    ...(level === '' ? {} : { level: level.slice(0, 50) }),
  };
}
