import type { ListenAddress } from './listen-address.ts';

/**
 * One of Tocsin's programs: aggregator, alerting, dashboard, agent. Creating one does nothing; `start` opens
 * files and ports and resolves once it listens (`/-/ready` says when it can do its work); `stop` drains.
 */
export interface Part {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads configuration and rules again; rejects, keeping the old ones, when the new are invalid. */
  reload?(): Promise<void>;
  /** Where it listens; valid after start. */
  readonly address: ListenAddress;
}
