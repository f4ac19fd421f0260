import { limits } from '../limits.ts';
import { intervalMsOf, type ScrapeConfig, timeoutMsOf } from './scrape-config.ts';

/** One address to scrape, with all that its job says. */
export interface Target {
  readonly url: string;
  /** job, instance, layer unless the target's own metrics say it, and what static_configs add. */
  readonly labels: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly honorLabels: boolean;
  readonly honorTimestamps: boolean;
  /** Infinity when there is none. */
  readonly samplesMax: number;
  readonly bodyBytesMax: number;
  readonly authorization: Authorization | null;
}

export type Authorization =
  | { readonly kind: 'value'; readonly scheme: string; readonly value: string }
  | { readonly kind: 'file'; readonly scheme: string; readonly path: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'basicFile'; readonly user: string; readonly path: string };

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** The targets of all jobs. `resolvePath` makes paths of the configuration file absolute. */
export function targetsOf(
  configs: readonly ScrapeConfig[],
  resolvePath: (path: string) => string,
): readonly Target[] {
  const targets: Target[] = [];
  for (const config of configs) {
    for (const { targets: addresses, labels } of config.static_configs) {
      for (const address of addresses) {
        const instance = withPort(address, config.scheme);
        targets.push({
          url: urlOf(config, address),
          labels: { job: config.job_name, instance, ...labels },
          intervalMs: intervalMsOf(config),
          timeoutMs: timeoutMsOf(config),
          honorLabels: config.honor_labels,
          honorTimestamps: config.honor_timestamps,
          samplesMax: Math.min(config.sample_limit || Number.POSITIVE_INFINITY, limits.scrapeSamplesMax),
          bodyBytesMax: Math.min(bytesOf(config.body_size_limit), limits.scrapeBodyBytesMax),
          authorization: authorizationOf(config, resolvePath),
        });
      }
    }
  }
  if (targets.length > limits.scrapeTargetsMax) {
    throw new Error(
      `Cannot scrape ${targets.length} targets: one agent takes ${limits.scrapeTargetsMax}. Share them among several agents.`,
    );
  }
  return targets;
}

function urlOf(config: ScrapeConfig, address: string): string {
  const url = new URL(`${config.scheme}://${address}${config.metrics_path}`);
  for (const [name, values] of Object.entries(config.params)) {
    for (const value of values) url.searchParams.append(name, value);
  }
  return url.href;
}

function withPort(address: string, scheme: 'http' | 'https'): string {
  if (/:\d+$/.test(address) && !address.endsWith(']')) return address;
  return `${address}:${scheme === 'https' ? 443 : 80}`;
}

function bytesOf(size: ScrapeConfig['body_size_limit']): number {
  const match = /^(\d+)([KMG]?)i?B$/.exec(String(size));
  return match ? Number(match[1]) * UNITS[match[2]!]! : Number.POSITIVE_INFINITY;
}

function authorizationOf(config: ScrapeConfig, resolvePath: (path: string) => string): Authorization | null {
  const { authorization, basic_auth } = config;
  if (authorization) {
    const { type: scheme, credentials, credentials_file } = authorization;
    return credentials_file === undefined
      ? { kind: 'value', scheme, value: credentials ?? '' }
      : { kind: 'file', scheme, path: resolvePath(credentials_file) };
  }
  if (basic_auth) {
    const { username: user, password, password_file } = basic_auth;
    return password_file === undefined
      ? { kind: 'basic', user, password: password ?? '' }
      : { kind: 'basicFile', user, path: resolvePath(password_file) };
  }
  return null;
}
