import { getLabel, type Labels, METRIC_NAME } from '../labels/labels.ts';
import type { MetricType } from '../series/write-series.ts';
import type { ExpositionFamily, ExpositionFormat, ExpositionSample } from './family.ts';
import { formatFloat } from './number.ts';

const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The text format knows five types; the nearest of them for each of OpenMetrics'. */
const TEXT_TYPES: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/** Families in the order given, each sample as it stands. Exemplars and units exist in OpenMetrics only. */
export function renderExposition(families: readonly ExpositionFamily[], format: ExpositionFormat): string {
  let text = '';
  for (const family of families) {
    const name = renderName(familyName(family, format));
    if (family.help !== '') text += `# HELP ${name} ${escapeHelp(family.help, format)}\n`;
    text += `# TYPE ${name} ${format === 'text' ? TEXT_TYPES[family.type] : family.type}\n`;
    if (family.unit !== '' && format === 'openmetrics') text += `# UNIT ${name} ${family.unit}\n`;
    for (const sample of family.samples) text += renderSample(sample, format);
  }
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

/** A counter's family is called without `_total` in OpenMetrics, and as its samples are in the text format. */
function familyName(family: ExpositionFamily, format: ExpositionFormat): string {
  if (family.type !== 'counter') return family.metric;
  const base = family.metric.endsWith('_total') ? family.metric.slice(0, -'_total'.length) : family.metric;
  if (format === 'openmetrics') return base;
  const first = family.samples[0];
  return first !== undefined && getLabel(first.labels, METRIC_NAME) === `${base}_total`
    ? `${base}_total`
    : family.metric;
}

function renderSample(sample: ExpositionSample, format: ExpositionFormat): string {
  const metric = getLabel(sample.labels, METRIC_NAME);
  const plain = PLAIN_METRIC.test(metric);
  const parts = plain ? [] : [quote(metric)];
  parts.push(...renderLabels(sample.labels));
  let line = plain ? metric : '';
  if (parts.length > 0) line += `{${parts.join(',')}}`;
  line += ` ${formatFloat(sample.value)}`;
  if (sample.timestampMs !== undefined) line += ` ${renderTimestamp(sample.timestampMs, format)}`;
  const { exemplar } = sample;
  if (exemplar !== undefined && format === 'openmetrics') {
    line += ` # {${renderLabels(exemplar.labels).join(',')}} ${formatFloat(exemplar.value)}`;
    if (exemplar.timestampMs !== undefined) line += ` ${renderTimestamp(exemplar.timestampMs, format)}`;
  }
  return `${line}\n`;
}

function renderLabels(labels: Labels): string[] {
  const parts: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!;
    if (name === METRIC_NAME) continue;
    parts.push(`${PLAIN_LABEL.test(name) ? name : quote(name)}=${quote(labels[i + 1]!)}`);
  }
  return parts;
}

function renderName(name: string): string {
  return PLAIN_METRIC.test(name) ? name : quote(name);
}

function renderTimestamp(timestampMs: number, format: ExpositionFormat): string {
  return format === 'text' ? String(timestampMs) : String(timestampMs / 1000);
}

function quote(text: string): string {
  return `"${text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`;
}

function escapeHelp(help: string, format: ExpositionFormat): string {
  const special = format === 'openmetrics' ? /[\\"\n]/g : /[\\\n]/g;
  return help.replace(special, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
