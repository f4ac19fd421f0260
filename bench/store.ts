/**
 * The store beside the peers found in PEERS_DIR or on PATH, all in one run: `npm run bench:store`, or parts of it with
 * `--only ingest,year`. Prints each figure and how many times the peer's ours is, and writes bench/results/store.json: each part
 * with its date, the machine and the versions. The load is made beforehand, and sent by this process over loopback.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import type { BenchContext } from './store/bench-part.ts';
import { type IngestSize, measureIngest } from './store/ingest.ts';
import { measureKills } from './store/kills.ts';
import { measurePowerCuts } from './store/power-cuts.ts';
import { measureReady } from './store/ready.ts';
import { measureValueBytes } from './store/value-bytes.ts';
import { measureYear } from './store/year.ts';
import { describeVersions, startTargets } from './target/start-targets.ts';
import { TARGETS } from './target/target.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'ingest,bytes,kills,power,ready,year' },
    targets: { type: 'string', default: TARGETS.join() },
    /** Repetitions of ingest, and of restarts; the median counts. */
    runs: { type: 'string', default: '3' },
    /** Of ingest: series x samples of each. */
    sizes: { type: 'string', default: '10000x720,100000x72,1000000x4' },
    'bytes-size': { type: 'string', default: '2000x720' },
    kills: { type: 'string', default: '20' },
    'kill-rate': { type: 'string', default: '50000' },
    /** Each kill comes at a random moment of so many seconds. */
    'kill-seconds': { type: 'string', default: '8' },
    /** Of a simulated disk, with a seed each. */
    'power-cuts': { type: 'string', default: '10000' },
    'ready-size': { type: 'string', default: '100000x72' },
    'year-series': { type: 'string', default: '100' },
    'year-days': { type: 'string', default: '365' },
    /** At most; none is asked for longer than a minute. */
    'year-runs': { type: 'string', default: '50' },
    /** NAME=VERSION of a peer whose program does not tell. */
    'peer-version': { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: fileURLToPath(new URL('results/store.json', import.meta.url)) },
  },
});

const PARTS: Readonly<Record<string, (context: BenchContext) => Promise<unknown>>> = {
  ingest: (context) => measureIngest(context, options.sizes.split(',').map(readSize), countOf('runs')),
  bytes: (context) => measureValueBytes(context, readSize(options['bytes-size'])),
  kills: (context) =>
    measureKills(context, {
      kills: countOf('kills'),
      samplesPerSecond: countOf('kill-rate'),
      secondsMax: countOf('kill-seconds'),
    }),
  power: () => measurePowerCuts(countOf('power-cuts')),
  ready: (context) => measureReady(context, readSize(options['ready-size']), countOf('runs')),
  year: (context) =>
    measureYear(context, {
      series: countOf('year-series'),
      days: countOf('year-days'),
      runs: countOf('year-runs'),
    }),
};

const wanted = options.only.split(',');
const unknown = wanted.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const stranger = options.targets.split(',').find((name) => !TARGETS.some((one) => one === name));
if (stranger !== undefined) {
  console.error(`There is no target "${stranger}"; there are ${TARGETS.join(', ')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  const trial = await startTargets(
    join(folder, 'trial'),
    TARGETS.filter((name) => options.targets.split(',').includes(name)),
  );
  for (const target of trial) await target.stop();
  const told = options['peer-version'].map((text) => text.split('='));
  const versions = { ...describeVersions(trial), ...Object.fromEntries(told) };
  const targets = trial.map(({ name }) => name);
  console.log(`(x: Tocsin's figure over the peer's) ${JSON.stringify(versions)}`);
  for (const name of wanted) {
    const at = new Date().toISOString();
    const result = await PARTS[name]!({ folder, targets });
    record(name, { at, machine: describeMachine(), versions, ...Object(result) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Parts that were not run keep what they have. */
function record(part: string, result: unknown): void {
  mkdirSync(dirname(options.out), { recursive: true });
  let recorded: object = {};
  try {
    recorded = Object(JSON.parse(readFileSync(options.out, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  writeFileSync(options.out, `${JSON.stringify({ ...recorded, [part]: result }, null, 2)}\n`);
}

function countOf(name: Exclude<keyof typeof options, 'peer-version'>): number {
  const count = Number(options[name]);
  if (count > 0) return count;
  throw new Error(`Cannot use --${name} ${options[name]}: expected a number above 0`);
}

function readSize(text: string): IngestSize {
  const [, series, ticks] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (series === undefined || ticks === undefined)
    throw new Error(`Cannot use the size "${text}": expected series x samples, as in 10000x720`);
  return { series: Number(series), ticks: Number(ticks) };
}
