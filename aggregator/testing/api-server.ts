import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from '@tocsin/query/engine.ts';
import { DEFAULT_LIMITS } from '@tocsin/query/limits.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { type ApiConfig, type ApiDeps, createApi } from '../api/api.ts';
import { createQueryGate } from '../api/query-gate.ts';
import type { SeriesReader } from '../api/series-reader.ts';
import { createRecentQueries } from '../recent/recent-queries.ts';

export interface ApiServer {
  readonly url: string;
  close(): void;
}

const silent = { set: () => undefined, inc: () => undefined };

/** A reader of nothing, to be spread and changed. */
export const emptyReader: SeriesReader = {
  select: async () => [],
  answer: null,
  findSeries: async () => [],
  labelNames: async () => [],
  labelValues: async () => [],
  metadata: () => new Map(),
  exemplars: async () => [],
  statistics: () => Promise.reject(new Error('not asked for')),
  writes: () => 0,
};

/** The query API alone on a free port. */
export async function startApiServer(
  deps: Partial<ApiDeps> = {},
  config: Partial<ApiConfig> = {},
): Promise<ApiServer> {
  const clock = deps.clock ?? createSimulatedClock();
  const api = createApi(
    {
      clock,
      log: silentLog,
      engine: createEngine({ clock }),
      queryLimits: DEFAULT_LIMITS,
      reader: emptyReader,
      gate: createQueryGate(
        { concurrentMax: 2, waitingMax: 2 },
        { running: silent, waiting: silent, refused: silent },
      ),
      queryLog: null,
      recent: createRecentQueries(clock),
      liveMetrics: { clients: silent, queries: silent, refused: silent, stalled: silent },
      forwarder: { forward: () => Promise.reject(new Error('not asked for')), close: () => undefined },
      facts: { version: '1.2.3', node: '26.0.0', configYaml: '', flags: {}, retentionText: '' },
      replay: () => ({ done: 0, total: 0 }),
      administration: null,
      ...deps,
    },
    {
      timeoutMs: 10_000,
      pointsPerSeriesMax: 11_000,
      bodyBytesMax: 1_000,
      batchQueriesMax: 5,
      alertingUrl: null,
      agentUrl: null,
      token: null,
      ...config,
    },
  );
  const server = createServer((request, response) => {
    if (!api.handle(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      api.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
