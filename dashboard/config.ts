import type { ListenAddress } from '@tocsin/runtime/listen-address.ts';
import type { DashboardPlace } from './store/dashboard-store.ts';

export interface DashboardConfig {
  readonly listen: ListenAddress;
  /** Where the aggregator and alerting answer, without a path: `http://127.0.0.1:9701`. */
  readonly aggregatorUrl: string;
  readonly alertingUrl: string;
  /** Host names beside loopback and `listen` under which browsers may reach the page. */
  readonly allowedHosts?: readonly string[];
  /** When set, browsers must send it, and it is sent on to the other parts. */
  readonly token?: string | null;
  /** Where dashboards are kept; none when not given. */
  readonly dashboards?: DashboardPlace;
  /** Where short links are kept; there are none when not given. */
  readonly dataFolder?: string;
  /** The folder with the built page; the one beside this file when not given. */
  readonly pageFolder?: string;
}
