import type { ListenAddress } from '@tocsin/runtime/listen-address.ts';
import type { Target } from './scrape/target.ts';

export { type ScrapeConfig, scrapeConfigsSchema } from './scrape/scrape-config.ts';
export { targetsOf } from './scrape/target.ts';

/** What the host agent is made from; the command line fills it from tocsin.yaml. */
export interface HostAgentConfig {
  readonly listen: ListenAddress;
  /** The aggregator's address, `http://127.0.0.1:9701`: metrics go to its /api/v1/write. */
  readonly sendTo: string;
  /** Sent as bearer token to the aggregator, and asked of those who read this agent. Null: none. */
  readonly token: string | null;
  /** Where the spool is. */
  readonly folder: string;
  readonly targets: readonly Target[];
  /** Label `job` of what is collected on this host. Default `node`. */
  readonly job?: string;
  /** Label `instance` of it. Default the host's name. */
  readonly instance?: string;
  /** Default 15 s. */
  readonly intervalMs?: number;
  /** Default 512 MiB. */
  readonly spoolBytesMax?: number;
  readonly allowedHosts?: readonly string[];
}

/** A part of the same Tocsin as a target: job `tocsin`, its name in the label `part`. */
export function partTarget(part: string, address: string, token: string | null): Target {
  return {
    url: `http://${address}/metrics`,
    labels: { job: 'tocsin', instance: address, part },
    intervalMs: 15_000,
    timeoutMs: 5_000,
    honorLabels: false,
    honorTimestamps: true,
    samplesMax: 20_000,
    bodyBytesMax: 8 * 1024 * 1024,
    authorization: token === null ? null : { kind: 'value', scheme: 'Bearer', value: token },
  };
}
