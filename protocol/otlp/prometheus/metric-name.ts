import type { Metric } from '../metric.ts';
import { unitWords } from './unit.ts';

/**
 * The Prometheus name of an OTLP metric, with underscores for what a name may not hold and suffixes for unit and
 * kind (translation strategy UnderscoreEscapingWithSuffixes; OpenTelemetry specification, compatibility/
 * prometheus_and_openmetrics.md, "Metric Metadata"). Empty when nothing of the name can be kept.
 */
export function prometheusMetricName({ name, unit, data }: Metric): string {
  const tokens = name.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '');
  if (tokens.length === 0) return '';
  const { main, per } = unitWords(unit);
  for (const suffix of [main, per]) if (suffix !== '' && !tokens.includes(suffix)) tokens.push(suffix);
  if (data.kind === 'sum' && data.monotonic) moveToEnd(tokens, 'total');
  if (data.kind === 'gauge' && unit === '1') moveToEnd(tokens, 'ratio');
  const joined = tokens.join('_');
  return /^\d/.test(joined) ? `_${joined}` : joined;
}

function moveToEnd(tokens: string[], suffix: string): void {
  const others = tokens.filter((token) => token !== suffix);
  tokens.splice(0, tokens.length, ...others, suffix);
}
