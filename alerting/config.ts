import type { ListenAddress } from '@tocsin/runtime/listen-address.ts';
import type { ReportConfig } from './reports/report-config.ts';

export interface AlertingConfig {
  readonly listen: ListenAddress;
  /** The part's own folder, for its database. */
  readonly folder: string;
  /** Where queries go and recorded series are written, without a path: `http://127.0.0.1:9701`. */
  readonly aggregatorUrl: string;
  /** What links in messages point to, without a slash at the end. */
  readonly externalUrl: string;
  /** `pack:host`, or absolute paths and globs of rule files. */
  readonly rules: readonly string[];
  /** Absolute path of a file in Alertmanager's format; it may be missing. */
  readonly routingFile: string;
  /** How often rules are evaluated whose group does not say it. */
  readonly evaluationIntervalMs: number;
  /** Mailed again and again; none by default. */
  readonly reports?: readonly ReportConfig[];
  /** How long alerts' events and notifications are kept; 90 days by default. */
  readonly historyMs?: number;
  /** Whether rules may be written through /config/v1/rules. Those that were stay in force without it. */
  readonly rulerApi?: boolean;
  readonly version: string;
  /** Host names beside loopback and `listen` under which browsers may reach the API. */
  readonly allowedHosts?: readonly string[];
  /** When set, requests must carry it; it is also sent to the aggregator. */
  readonly token?: string | null;
}

/** What a reload may change; the rest needs a restart. */
export type ReloadableConfig = Pick<AlertingConfig, 'rules' | 'routingFile' | 'reports'>;
