import type { QueryLimits } from '@tocsin/query/limits.ts';
import type { SenderToken } from '@tocsin/runtime/http/tokens.ts';
import type { ListenAddress } from '@tocsin/runtime/listen-address.ts';
import type { QueryLogConfig } from './api/query-log.ts';
import type { AggregatorLimits } from './limits.ts';
import type { RetentionRule } from './retention/retention-policies.ts';
import type { StreamRuleConfig } from './streaming/stream-rule.ts';

/** The aggregator's configuration, resolved: addresses parsed, paths absolute. */
export interface AggregatorConfig {
  readonly listen: ListenAddress;
  /** A second port for OTLP/HTTP alone; null opens none. */
  readonly otlpListen: ListenAddress | null;
  /** Where everything is stored; this process has it for itself. */
  readonly folder: string;
  /** `retention:` of tocsin.yaml; first match wins, an empty list means the default. */
  readonly retention: readonly RetentionRule[];
  /** Shard owners of a new folder, each a thread; an old folder keeps what it has. Default 1. */
  readonly owners?: number;
  /** Processors there are: where there are two for each owner, wide queries are worked at by two threads. Default 1. */
  readonly processors?: number;
  /** How long log lines are kept, in milliseconds; null keeps them forever. Default 7 days. */
  readonly logRetentionMs?: number | null;
  /** When outdated files are removed and days merged, as a cron expression in UTC. */
  readonly retentionSchedule?: string;
  /** Sets the `layer` label on series that come without one; first match wins. */
  readonly layers?: readonly LayerRule[];
  /** `stream_aggregation:` of tocsin.yaml: what is aggregated as it comes in. */
  readonly streams?: readonly StreamRuleConfig[];
  readonly limits?: Partial<AggregatorLimits>;
  readonly queries?: QueriesConfig;
  /** Host names beside loopback and `listen` under which browsers may reach this server. */
  readonly allowedHosts?: readonly string[];
  readonly token?: string | null;
  /** Tokens that may only send, each with the name its series are counted under. */
  readonly senders?: readonly SenderToken[];
  /** Where rules and alerts are asked for; null answers with none. */
  readonly alertingUrl?: string | null;
  /** Where the agent tells of its scrape targets; null answers with none. */
  readonly agentUrl?: string | null;
  readonly adminApi?: boolean;
  /** Whether /config/v1/rules is passed on to alerting, and told of. */
  readonly rulerApi?: boolean;
  /** For `/api/v1/status`: the version, the configuration in force without secrets, the flags. */
  readonly version?: string;
  readonly configYaml?: string;
  readonly flags?: Readonly<Record<string, string>>;
}

/** What a reload may change. */
export type ReloadableConfig = Pick<
  AggregatorConfig,
  'retention' | 'layers' | 'limits' | 'senders' | 'streams'
>;

/** What queries may cost together and each, and what is written down of them. */
export interface QueriesConfig {
  readonly limits?: Partial<QueryLimits>;
  readonly concurrentMax?: number;
  readonly waitingMax?: number;
  /** Null or absent: queries are not logged. */
  readonly log?: QueryLogConfig | null;
}

export interface LayerRule {
  /** A series selector. */
  readonly match: string;
  readonly layer: 'business' | 'usage' | 'system';
}
