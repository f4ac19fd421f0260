import type { Target, TargetName } from '../target/target.ts';
import { writeSamples } from '../target/write-samples.ts';
import { type BenchContext, type ByTarget, inFolder, withTarget } from './bench-part.ts';
import { medianOf, printRow } from './figures.ts';
import { type AnsweredSeries, ask } from './query-api.ts';
import { settle } from './settle.ts';
import { bytesBelow, flush } from './stored-bytes.ts';
import { createYearDataset, DAY_MS, YEAR_METRIC, type YearDataset } from './year-dataset.ts';

const QUERIES = ['avg_over_time', 'rate'].map((name) => `${name}(${YEAR_METRIC}[1d])`);
const RETENTION = "retention: [{ match: '{}', keep: { raw: 15d, 5m: 90d, 1h: 2y } }]\n";
/** While a year comes in, days are rolled up and raw ones removed as if time went by as fast. */
const OFTEN = `${RETENTION}retention_schedule: '*/2 * * * * *'\n`;
/** What makes taking in a past faster and leaves the same samples: Prometheus would first write 4,380 blocks of two hours. */
const IMPORT_FLAGS: ByTarget<readonly string[]> = {
  prometheus: ['--storage.tsdb.min-block-duration=1d', '--storage.tsdb.max-block-duration=31d'],
};
const SETTLE_SECONDS_MAX = 900;
const WARM_UP_RUNS = 30;
const WARM_UP_MS_MAX = 5_000;
const RUN_SECONDS_MAX = 60;

interface Asked {
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly answer: readonly AnsweredSeries[];
}

interface Year {
  readonly importCpuSeconds: number;
  readonly bytes: number;
  readonly queries: Readonly<Record<string, Asked>>;
}

/**
 * A year of samples every 15 s, then `avg_over_time` and `rate` by day over all of it: Tocsin from its tiers, the peers, which
 * have none, from raw samples. A peer that cannot take the year is left out, with the reason.
 */
export async function measureYear(
  context: BenchContext,
  { series, days, runs }: { readonly series: number; readonly days: number; readonly runs: number },
): Promise<unknown> {
  const dataset = createYearDataset(series, days, Date.now());
  const years: ByTarget<Year> = {};
  for (const name of context.targets) {
    try {
      const year = await inFolder(context, (folder) => yearOf(name, folder, dataset, runs));
      years[name] = year;
      printYear(name, year);
    } catch (error) {
      if (name === 'tocsin') throw error;
      console.log(`without ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const rowOf = (what: string, figure: (year: Year) => number): void =>
    printRow(what, Object.fromEntries(Object.entries(years).map(([name, year]) => [name, figure(year)])));
  const size = `${days} days of ${series} series`;
  rowOf(`processor seconds to take in ${size}`, ({ importCpuSeconds }) => importCpuSeconds);
  rowOf('bytes on disk', ({ bytes }) => bytes);
  const queries = QUERIES.map((query) => {
    rowOf(`${query} by day over ${size}, processor ms`, (year) => year.queries[query]!.cpuMs);
    rowOf(`the same, median ms`, (year) => year.queries[query]!.p50Ms);
    return {
      query,
      ...mapped(years, (year) => describe(year.queries[query]!, years.tocsin?.queries[query])),
    };
  });
  const imports = mapped(years, ({ importCpuSeconds, bytes }) => ({ importCpuSeconds, bytes }));
  return { series, days, imports, queries };
}

/** At once, because the next one may take half an hour. */
function printYear(name: TargetName, { importCpuSeconds, queries }: Year): void {
  const asked = QUERIES.map((query) => `${query} ${queries[query]!.cpuMs.toFixed(1)} ms`);
  console.log(`${name}: taken in with ${importCpuSeconds.toFixed(0)} processor seconds; ${asked.join(', ')}`);
}

async function yearOf(name: TargetName, folder: string, dataset: YearDataset, runs: number): Promise<Year> {
  const importCpuSeconds = await withTarget(
    name,
    folder,
    async (target) => {
      await writeSamples(target, dataset.bodies());
      await flush(target);
      await settle(target, SETTLE_SECONDS_MAX);
      return target.cpuSeconds();
    },
    { config: OFTEN, flags: IMPORT_FLAGS[name] ?? [] },
  );
  return await withTarget(
    name,
    folder,
    async (target) => {
      await settle(target, SETTLE_SECONDS_MAX);
      const queries: Record<string, Asked> = {};
      for (const query of QUERIES) queries[query] = await askOften(target, query, dataset, runs);
      return { importCpuSeconds, bytes: bytesBelow(target.dataFolder), queries };
    },
    { config: RETENTION },
  );
}

/** As often as `runs` says, or for a minute. */
async function askOften(target: Target, query: string, dataset: YearDataset, runs: number): Promise<Asked> {
  const parameters = {
    query,
    start: String((dataset.startMs + DAY_MS) / 1_000),
    end: String(dataset.endMs / 1_000),
    step: '86400',
    timeout: '1800s',
  };
  let answer: readonly AnsweredSeries[] = [];
  const once = async (): Promise<number> => {
    const startMs = performance.now();
    answer = await ask(target, 'query_range', parameters);
    return performance.now() - startMs;
  };
  let warmUpMs = 0;
  for (let run = 0; run < WARM_UP_RUNS && warmUpMs < WARM_UP_MS_MAX; run++) warmUpMs += await once();
  const cpuBefore = target.cpuSeconds();
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  while (latenciesMs.length < runs && performance.now() - startMs < RUN_SECONDS_MAX * 1_000)
    latenciesMs.push(await once());
  const cpuMs = ((target.cpuSeconds() - cpuBefore) * 1_000) / latenciesMs.length;
  const points = answer.reduce((sum, { values = [] }) => sum + values.length, 0);
  if (points !== dataset.series * dataset.days)
    throw new Error(
      `${target.name} answers ${query} with ${points} points of ${answer.length} series, and not ${dataset.days} of each`,
    );
  return { cpuMs, p50Ms: medianOf(latenciesMs), answer };
}

/** With how far the answer is from Tocsin's at most, as a part of it. */
function describe({ cpuMs, p50Ms, answer }: Asked, ours: Asked | undefined): object {
  return { cpuMs, p50Ms, differenceMax: differenceMax(answer, ours?.answer ?? answer) };
}

function differenceMax(answer: readonly AnsweredSeries[], other: readonly AnsweredSeries[]): number {
  const others = new Map(other.map(({ metric, values = [] }) => [metric['instance'], values]));
  let largest = 0;
  for (const { metric, values = [] } of answer) {
    const compared = others.get(metric['instance']) ?? [];
    for (const [at, [, text]] of values.entries()) {
      const theirs = Number(compared[at]?.[1]);
      largest = Math.max(largest, Math.abs(Number(text) - theirs) / Math.abs(theirs));
    }
  }
  return largest;
}

function mapped<T>(figures: ByTarget<Year>, describeOne: (year: Year) => T): ByTarget<T> {
  return Object.fromEntries(Object.entries(figures).map(([name, year]) => [name, describeOne(year)]));
}
