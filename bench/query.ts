/**
 * What queries cost, beside the peers found in PEERS_DIR or on PATH, all in one run: `npm run bench:query`. The same
 * 21,000 series of 800 samples go to each by remote write; then each query is asked in turn of one after the other, ten times
 * to warm up and then three times its number of runs, of which the middle one counts: prints processor ms of the server and the
 * median ms of an answer, and writes bench/results/query.json with the machine.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { createDataset, type Dataset } from './query/dataset.ts';
import { BENCH_QUERIES, type BenchQuery } from './query/queries.ts';
import { describeVersions, startTargets } from './target/start-targets.ts';
import type { Target } from './target/target.ts';
import { writeSamples } from './target/write-samples.ts';

const { values: options } = parseArgs({
  options: {
    instances: { type: 'string', default: '1000' },
    ticks: { type: 'string', default: '800' },
    /** How much of each query's number of runs is done. */
    effort: { type: 'string', default: '1' },
  },
});
const RESULTS = fileURLToPath(new URL('results', import.meta.url));
const WARM_UP_RUNS = 10;
const REPEATS = 3;
const SETTLE_MS = 5_000;

interface Measured {
  readonly cpuMs: number;
  readonly p50Ms: number;
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
let targets: readonly Target[] = [];
try {
  targets = await startTargets(folder);
  const dataset = createDataset(Number(options.instances), Number(options.ticks), Date.now());
  for (const target of targets) await load(target, dataset);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const rows: { readonly query: string; readonly [target: string]: Measured | string }[] = [];
  console.log(
    ['processor ms / median ms', ...targets.map(({ name, version }) => `${name} ${version}`)].join(' | '),
  );
  for (const query of BENCH_QUERIES) {
    const row: Record<string, Measured> = {};
    for (const target of targets) row[target.name] = await measure(target, query, dataset.endSeconds);
    rows.push({ query: query.name, ...row });
    console.log([query.name, ...targets.map(({ name }) => shown(row[name]!, row['tocsin']!))].join(' | '));
  }
  const [machine, versions] = [describeMachine(), describeVersions(targets)];
  const { series, ticks } = dataset;
  mkdirSync(RESULTS, { recursive: true });
  const result = { at: new Date().toISOString(), machine, versions, series, ticks, rows };
  writeFileSync(join(RESULTS, 'query.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  for (const target of targets) await target.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function load(target: Target, dataset: Dataset): Promise<void> {
  const startMs = performance.now();
  await writeSamples(target, dataset.bodies());
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`${target.name}: ${dataset.series} series of ${dataset.ticks} samples in ${seconds} s`);
}

async function measure(target: Target, query: BenchQuery, endSeconds: number): Promise<Measured> {
  const runs = Math.max(3, Math.round(query.runs * Number(options.effort)));
  const repeats: Measured[] = [];
  for (let i = 0; i < REPEATS; i++) {
    for (let run = 0; run < Math.min(WARM_UP_RUNS, runs); run++)
      await ask(target, query, endSeconds - 5 * run);
    repeats.push(await measureRuns(target, query, endSeconds, runs));
  }
  const middle = (key: keyof Measured): number =>
    repeats.map((one) => one[key]).sort((a, b) => a - b)[REPEATS >> 1]!;
  return { cpuMs: middle('cpuMs'), p50Ms: middle('p50Ms') };
}

async function measureRuns(
  target: Target,
  query: BenchQuery,
  endSeconds: number,
  runs: number,
): Promise<Measured> {
  const cpuBefore = target.cpuSeconds();
  const latenciesMs: number[] = [];
  for (let i = 0; i < runs; i++) {
    const startMs = performance.now();
    await ask(target, query, endSeconds - (i % 60));
    latenciesMs.push(performance.now() - startMs);
  }
  latenciesMs.sort((a, b) => a - b);
  return {
    cpuMs: ((target.cpuSeconds() - cpuBefore) * 1_000) / runs,
    p50Ms: latenciesMs[runs >> 1]!,
  };
}

async function ask(target: Target, query: BenchQuery, endSeconds: number): Promise<void> {
  // Uncompressed: how fast a server compresses is another question.
  const headers = { 'Accept-Encoding': 'identity' };
  const response = await fetch(target.url + query.path(endSeconds) + target.suffix, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target.name} refused ${query.name}: ${response.status} ${text}`);
  if (/"(result|data)":\[\]/.test(text)) throw new Error(`${target.name} has nothing for ${query.name}`);
}

/** `cpu / p50`, and how many times ours that is. */
function shown({ cpuMs, p50Ms }: Measured, ours: Measured): string {
  const times = cpuMs === ours.cpuMs && p50Ms === ours.p50Ms ? '' : ` (x${(cpuMs / ours.cpuMs).toFixed(2)})`;
  return `${cpuMs.toFixed(2)} / ${p50Ms.toFixed(2)}${times}`;
}
