import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import type { Target } from '../target/target.ts';
import { Connection } from './connection.ts';
import { CONNECTIONS } from './ingest.ts';
import type { MixedSeries } from './mixed-series.ts';
import { encodeTick, SERIES_OF_REQUEST } from './tick-requests.ts';

/** A request that was acknowledged: a sample each of the series in [from, to), of the scrape round at `timeMs`. */
export interface AcknowledgedRequest {
  readonly from: number;
  readonly to: number;
  readonly timeMs: number;
}

/** What was acknowledged in the life of a process. */
export interface AcknowledgedRound {
  readonly requests: readonly AcknowledgedRequest[];
  readonly samples: number;
  readonly stepMs: number;
}

export interface PacedLoad {
  /** Stops sending, and waits for the answers that are still to come. */
  end(): Promise<AcknowledgedRound>;
}

/** What the series shows in the round, so that whoever knows when knows what: a counter that rises by one a millisecond. */
export function pacedValue(series: number, timeMs: number): number {
  return series + (timeMs % 1e9);
}

/** Sends all series' samples tick by tick, so many a second, for as long as the server is there. */
export function sendPaced(target: Target, series: MixedSeries, samplesPerSecond: number): PacedLoad {
  const stepMs = Math.round((series.count / samplesPerSecond) * 1_000);
  const requests: AcknowledgedRequest[] = [];
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(target));
  let isEnded = false;

  async function sendAll(index: number, startMs: number): Promise<void> {
    const connection = connections[index]!;
    for (let tick = 0; !isEnded; tick++) {
      const timeMs = startMs + tick * stepMs;
      for (
        let from = index * SERIES_OF_REQUEST;
        from < series.count;
        from += CONNECTIONS * SERIES_OF_REQUEST
      ) {
        const to = Math.min(series.count, from + SERIES_OF_REQUEST);
        const dueMs = timeMs + (from / series.count) * stepMs;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - Date.now())));
        for (let i = from; i < to; i++) series.values[i] = pacedValue(i, timeMs);
        if (!(await connection.send(encodeSnappy(encodeTick(series, from, to, timeMs, stepMs))))) return;
        requests.push({ from, to, timeMs });
      }
    }
  }

  const startMs = Date.now();
  const sending = Promise.all(connections.map((_, index) => sendAll(index, startMs)));
  return {
    async end() {
      isEnded = true;
      await sending;
      for (const connection of connections) connection.close();
      const samples = requests.reduce((sum, { from, to }) => sum + to - from, 0);
      return { requests, samples, stepMs };
    },
  };
}
