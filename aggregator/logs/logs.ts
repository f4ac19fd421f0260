import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLogStore, type LogStoreConfig, type LogStoreDeps } from './log-store.ts';
import { createLogsApi } from './logs-api.ts';
import { createLogsIngest, type LogsIngestDeps } from './logs-ingest.ts';

/** Returns false for a path that is none of its own. */
type Handler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Everything the aggregator does with logs: the store, and HTTP in front of it. */
export interface Logs {
  /** `/v1/logs`, `/otlp/v1/logs`, `/loki/api/v1/push`. */
  readonly ingest: Handler;
  /** `/loki/api/v1/...`, reading. */
  readonly api: Handler;
  /** Opens the store; until it is done, both handlers answer 503. */
  open(): Promise<void>;
  /** To be called every half minute or so. */
  maintain(): Promise<void>;
  /** Removes what is older than the retention; to be called on its schedule. */
  retain(): Promise<void>;
  /** Blocks that cannot be read, each with the reason; for `/-/ready`. */
  readonly unreadable: readonly string[];
  close(): Promise<void>;
}

export function createLogs(
  deps: LogStoreDeps,
  config: LogStoreConfig & { readonly requests: LogsIngestDeps['limits'] },
): Logs {
  const store = createLogStore(deps, config);
  const { clock, log } = deps;
  return {
    ingest: createLogsIngest({ clock, log, store, limits: config.requests }),
    api: createLogsApi({ clock, log, store }),
    open: store.open,
    maintain: store.maintain,
    retain: store.retain,
    get unreadable() {
      return store.figures().unreadable;
    },
    close: store.close,
  };
}
