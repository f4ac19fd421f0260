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
import { describeVersions, startTargets } from './target/start-targets.ts';
import { TARGETS } from './target/target.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'ingest' },
    targets: { type: 'string', default: TARGETS.join() },
    /** Series x samples of each, as in 10000x720. */
    sizes: { type: 'string', default: '10000x720,100000x72,1000000x4' },
    runs: { type: 'string', default: '3' },
    out: { type: 'string', default: fileURLToPath(new URL('results/store.json', import.meta.url)) },
  },
});

const PARTS: Readonly<Record<string, (context: BenchContext) => Promise<unknown>>> = {
  ingest: (context) => measureIngest(context, options.sizes.split(',').map(readSize), Number(options.runs)),
};

const wanted = options.only.split(',');
const unknown = wanted.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
try {
  const trial = await startTargets(join(folder, 'trial'));
  for (const target of trial) await target.stop();
  const versions = describeVersions(trial);
  const chosen = options.targets.split(',');
  const targets = trial.map(({ name }) => name).filter((name) => chosen.includes(name));
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

function readSize(text: string): IngestSize {
  const [, series, ticks] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (series === undefined || ticks === undefined)
    throw new Error(`Cannot use the size "${text}": expected series x samples, as in 10000x720`);
  return { series: Number(series), ticks: Number(ticks) };
}
