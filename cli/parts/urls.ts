import type { LoadedConfig } from '../config/load-config.ts';

/** Where the parts of this configuration find each other. */
export function partUrl(
  config: LoadedConfig,
  part: 'aggregator' | 'alerting' | 'dashboard' | 'agent',
): string {
  const { listen, query_url, alerting_url } = config.values;
  if (part === 'aggregator' && query_url !== undefined) return withoutSlash(query_url);
  if (part === 'alerting' && alerting_url !== undefined) return withoutSlash(alerting_url);
  return `http://${listen[part]}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
