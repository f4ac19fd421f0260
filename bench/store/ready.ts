import { startTarget, type TargetName } from '../target/target.ts';
import { type BenchContext, type ByTarget, inFolder, withTarget } from './bench-part.ts';
import { writeQueues } from './body-queues.ts';
import { mediansOf, printRow } from './figures.ts';
import { CONNECTIONS, type IngestSize } from './ingest.ts';
import { MixedSeries, metricNames } from './mixed-series.ts';
import { countSamples } from './query-api.ts';
import { sendQueues } from './send-queues.ts';
import { bytesBelow } from './stored-bytes.ts';
import { STEP_MS, tickRequests } from './tick-requests.ts';

interface Restart {
  /** From the start of the process. */
  readonly readySeconds: number;
  readonly cpuSeconds: number;
}

/** How long until ready after SIGKILL right behind the last acknowledgement, with all samples still in the log. */
export async function measureReady(context: BenchContext, size: IngestSize, runs: number): Promise<unknown> {
  const { series, ticks } = size;
  return await inFolder(context, async (folder) => {
    const endMs = Date.now();
    const queues = writeQueues(folder, tickRequests(new MixedSeries(series, 1), ticks, endMs), CONNECTIONS);
    const restarts: ByTarget<Record<keyof Restart | 'bytesAtKill' | 'missing', number>> = {};
    for (const name of context.targets) {
      const target = await startTarget(name, folder);
      try {
        await sendQueues(target, queues);
      } finally {
        await target.kill();
      }
      const bytesAtKill = bytesBelow(target.dataFolder);
      const measured: Restart[] = [];
      for (let run = 0; run < runs; run++) measured.push(await restart(name, folder));
      const seconds = Math.ceil((ticks * STEP_MS) / 1_000) + 60;
      const found = await withTarget(name, folder, (again) =>
        countSamples(again, metricNames(series), Math.ceil(endMs / 1_000), seconds),
      );
      restarts[name] = { ...mediansOf(measured), bytesAtKill, missing: queues.samples - found };
    }
    const row = (what: string, key: keyof Restart | 'missing'): void =>
      printRow(
        `${what}, ${series} series x ${ticks} in the log`,
        Object.fromEntries(Object.entries(restarts).map(([name, one]) => [name, one[key]])),
      );
    row('ready after SIGKILL, s', 'readySeconds');
    row('processor seconds until then', 'cpuSeconds');
    row('samples missing', 'missing');
    return { ...size, runs, ...restarts };
  });
}

/** Killed again at once, so that the next start finds the same. */
async function restart(name: TargetName, folder: string): Promise<Restart> {
  const target = await startTarget(name, folder);
  const measured = { readySeconds: target.readyMs / 1_000, cpuSeconds: target.cpuSeconds() };
  await target.kill();
  return measured;
}
