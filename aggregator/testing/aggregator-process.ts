import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createMetricsRegistry } from '@tocsin/runtime/metrics.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createAggregator } from '../aggregator.ts';
import { startOwnerThread } from '../shard/thread-owner.ts';

// An aggregator as a process of its own, for tests that kill it: `node aggregator-process.ts FOLDER [STREAMS]`, forked;
// STREAMS is `stream_aggregation` of tocsin.yaml as JSON.
const [folder = '', streams = '[]'] = process.argv.slice(2);
const aggregator = createAggregator(
  {
    clock: systemClock,
    disk: systemDisk,
    random: systemRandom,
    log: silentLog,
    registry: createMetricsRegistry('aggregator', '0'),
    openOwner: (index, config, events) =>
      startOwnerThread({
        name: `store-${index}`,
        logPart: null,
        onEnd(error) {
          throw error;
        },
      })(config, events),
  },
  {
    listen: { host: '127.0.0.1', port: 0 },
    otlpListen: null,
    folder,
    retention: [],
    streams: JSON.parse(streams),
    adminApi: true,
    owners: 2,
  },
);
await aggregator.start();
process.on('disconnect', () => process.exit(0));
process.send?.({ port: aggregator.address.port });
