import type { Target } from '../target/target.ts';
import { type BenchContext, type ByTarget, inFolder, withTarget } from './bench-part.ts';
import { type BodyQueues, writeQueues } from './body-queues.ts';
import { mediansOf, printRow } from './figures.ts';
import { MixedSeries, metricNames } from './mixed-series.ts';
import { countSamples } from './query-api.ts';
import { sendQueues } from './send-queues.ts';
import { settle } from './settle.ts';
import { flush, storedBytes } from './stored-bytes.ts';
import { STEP_MS, tickRequests } from './tick-requests.ts';

export const CONNECTIONS = 4;

/** So many series, each with as many samples. */
export interface IngestSize {
  readonly series: number;
  readonly ticks: number;
}

interface Ingested {
  /** User and system, through flush and seal. */
  readonly samplesPerCpuSecond: number;
  /** After taking it in, before the flush. */
  readonly rssMiB: number;
  readonly rssMiBMax: number;
  readonly bytesPerSample: number;
  /** Samples sent that no query finds. */
  readonly missing: number;
}

/** Remote write at full speed into an empty server, then flush: processor time, memory, bytes on disk. */
export async function measureIngest(
  context: BenchContext,
  sizes: readonly IngestSize[],
  runs: number,
): Promise<unknown> {
  const rows: unknown[] = [];
  for (const size of sizes) {
    const measured: Record<string, Ingested[]> = {};
    for (let run = 0; run < runs; run++) {
      await inFolder(context, async (folder) => {
        const endMs = Date.now();
        const series = new MixedSeries(size.series, 1 + run);
        const queues = writeQueues(folder, tickRequests(series, size.ticks, endMs), CONNECTIONS);
        for (const name of context.targets) {
          const one = await withTarget(name, folder, (target) => ingest(target, queues, size, endMs));
          measured[name] = [...(measured[name] ?? []), one];
        }
      });
    }
    const medians = Object.fromEntries(
      Object.entries(measured).map(([name, all]) => [name, mediansOf(all)]),
    ) as ByTarget<Ingested>;
    print(size, medians);
    rows.push({ ...size, ...medians });
  }
  return { runs, rows };
}

async function ingest(
  target: Target,
  queues: BodyQueues,
  { series, ticks }: IngestSize,
  endMs: number,
): Promise<Ingested> {
  await settle(target);
  const cpuBefore = target.cpuSeconds();
  await sendQueues(target, queues);
  await settle(target);
  const memory = target.memory();
  await flush(target);
  await settle(target);
  const cpu = target.cpuSeconds() - cpuBefore;
  const { all } = await storedBytes(target);
  const seconds = Math.ceil((ticks * STEP_MS) / 1_000) + 60;
  const found = await countSamples(target, metricNames(series), Math.ceil(endMs / 1_000), seconds);
  return {
    samplesPerCpuSecond: queues.samples / cpu,
    ...memory,
    bytesPerSample: all / queues.samples,
    missing: queues.samples - found,
  };
}

function print({ series, ticks }: IngestSize, measured: ByTarget<Ingested>): void {
  const size = `${series} series x ${ticks}`;
  const row = (what: string, key: keyof Ingested): void =>
    printRow(
      `${what}, ${size}`,
      Object.fromEntries(Object.entries(measured).map(([name, one]) => [name, one[key]])),
    );
  row('samples per processor second', 'samplesPerCpuSecond');
  row('RSS after it, MiB', 'rssMiB');
  row('most RSS, MiB', 'rssMiBMax');
  row('bytes a sample on disk', 'bytesPerSample');
  row('samples missing', 'missing');
}
