import type { EventStreamConfig } from './event-stream.ts';
import type { LiveQueriesConfig } from './live-queries.ts';

export interface LiveLimits extends EventStreamConfig, Omit<LiveQueriesConfig, 'pointsMax'> {
  readonly clientsMax: number;
  readonly queriesPerClientMax: number;
  /** Of what all clients of a query get at a step. */
  readonly updateCharactersMax: number;
  /** After so long without an event the client is shown that the server is there. */
  readonly beatMs: number;
  readonly stepMsMin: number;
}

export const LIVE_LIMITS: LiveLimits = {
  clientsMax: 256,
  queriesPerClientMax: 100,
  queriesMax: 512,
  updateCharactersMax: 4 * 2 ** 20,
  beatMs: 15_000,
  stepMsMin: 1_000,
  stalledMsMax: 60_000,
  retryMs: 2_000,
  settleMs: 10_000,
  refreshMs: 1_000,
};
