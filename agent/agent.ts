import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Host } from '@tocsin/runtime/host.ts';
import type { HttpClient } from '@tocsin/runtime/http/client.ts';
import { createHttpServer, parametersOf, pathOf, sendJson, sendText } from '@tocsin/runtime/http/server.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { MetricsRegistry } from '@tocsin/runtime/metrics.ts';
import type { Part } from '@tocsin/runtime/part.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createCollectors } from './collect/collectors.ts';
import { createHostLoop, type HostLoop } from './collect/host-loop.ts';
import type { HostAgentConfig } from './config.ts';
import { limits } from './limits.ts';
import { createAgentMetrics } from './metrics.ts';
import type { Round } from './samples/round.ts';
import { createScraper } from './scrape/scraper.ts';
import { scrapePoolsAnswer, targetsAnswer } from './scrape/targets-answer.ts';
import { createRemoteWriteTransport } from './send/remote-write.ts';
import { createSender, type Sender } from './send/sender.ts';
import { encodeWriteParcels } from './send/write-parcels.ts';
import { openSpool, type Spool } from './spool/spool.ts';
import { version } from './version.ts';

export interface HostAgentDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly host: Host;
  /** Sends to the aggregator, with its token. */
  readonly client: HttpClient;
  /** Asks targets, which are others' and get no token of ours. */
  readonly scrapeClient: HttpClient;
  readonly log: Log;
  readonly registry: MetricsRegistry;
  /** The configuration read anew, for reloads; throws what is wrong with it. Its targets count, the rest needs a restart. */
  readonly reloadConfig?: () => Pick<HostAgentConfig, 'targets'>;
}

const INTERVAL_MS = 15_000;
// Of the 4 s a part has to stop, what is waiting may take this much to be sent; the rest stays in the spool.
const LAST_FLUSH_MS = 1_500;

/** The host agent: collects on this machine, scrapes targets, spools, and sends by remote write. */
export function createHostAgent(deps: HostAgentDeps, config: HostAgentConfig): Part {
  const { clock, random, disk, log } = deps;
  const userAgent = `tocsin-agent/${version}`;
  let spool: Spool | null = null;
  let sender: Sender | null = null;
  let hostLoop: HostLoop | null = null;
  const metrics = createAgentMetrics(deps.registry, () => spool);

  const onRound = async (round: Round): Promise<void> => {
    for (const parcel of encodeWriteParcels(round)) {
      metrics.collected(parcel.items);
      await sender?.add(parcel);
    }
  };
  const scraper = createScraper({
    client: deps.scrapeClient,
    disk,
    userAgent,
    clock,
    onRound,
    onScrape: metrics.scraped,
  });
  const server = createHttpServer(
    { clock, log, registry: deps.registry },
    {
      listen: config.listen,
      token: config.token,
      ...(config.allowedHosts && { allowedHosts: config.allowedHosts }),
      readiness: () => (sender ? { ready: true } : { ready: false, reason: 'the spool is being opened' }),
      ...(deps.reloadConfig && { reload }),
      handler(request, response) {
        if (pathOf(request) === '/api/v1/targets')
          sendJson(response, 200, targetsAnswer(scraper.status(), parametersOf(request)));
        else if (pathOf(request) === '/api/v1/scrape_pools')
          sendJson(response, 200, scrapePoolsAnswer(scraper.status()));
        else sendText(response, 404, 'There is nothing here; /metrics and /api/v1/targets are.\n');
      },
    },
  );

  async function reload(): Promise<void> {
    const next = deps.reloadConfig?.();
    if (next) await scraper.use(next.targets);
  }

  return {
    async start() {
      await server.start();
      spool = await openSpool(
        { disk, log, onDrop: metrics.dropped },
        { folder: `${config.folder}/spool`, bytesMax: config.spoolBytesMax ?? limits.spoolBytesMax },
      );
      // One failure is the other side starting; the second in a row is worth a line, once.
      let failures = 0;
      sender = createSender({
        clock,
        random,
        queue: spool,
        transport: createRemoteWriteTransport(
          { client: deps.client, clock },
          { url: `${config.sendTo}/api/v1/write`, userAgent },
        ),
        observe(outcome, parcel, detail) {
          metrics.observeSend(outcome, parcel);
          if (outcome === 'refused')
            log.warn({ detail, samples: parcel.items }, 'the aggregator refused samples');
          if (outcome === 'retry' && failures === 1)
            log.warn({ detail }, 'cannot send; samples are kept in the spool');
          if (outcome === 'delivered' && failures > 1) log.info('sending works again');
          failures = outcome === 'retry' ? failures + 1 : 0;
        },
      });
      const intervalMs = config.intervalMs ?? INTERVAL_MS;
      hostLoop = createHostLoop(
        { clock, log, collectors: createCollectors(deps.host, clock), onRound },
        {
          labels: {
            job: config.job ?? 'node',
            instance: config.instance ?? deps.host.name(),
            layer: 'system',
          },
          intervalMs,
          offsetMs: random.next() * intervalMs,
        },
      );
      hostLoop.start();
      await scraper.use(config.targets);
    },
    async stop() {
      await Promise.all([hostLoop?.stop(), scraper.stop()]);
      await sender?.flush(LAST_FLUSH_MS);
      await sender?.stop();
      await spool?.close();
      deps.client.close();
      deps.scrapeClient.close();
      await server.stop(500);
    },
    ...(deps.reloadConfig && { reload }),
    get address() {
      return server.address;
    },
  };
}
