import type { Random } from '@tocsin/runtime/random.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { startTarget, type Target, type TargetName } from '../target/target.ts';
import { type BenchContext, type ByTarget, inFolder } from './bench-part.ts';
import { printRow } from './figures.ts';
import { countLost } from './lost-samples.ts';
import { MixedSeries } from './mixed-series.ts';
import { type AcknowledgedRound, type PacedLoad, sendPaced } from './paced-load.ts';

export interface KillOptions {
  readonly kills: number;
  readonly samplesPerSecond: number;
  /** A kill comes at a random moment before. */
  readonly secondsMax: number;
}

interface Killed {
  readonly kills: number;
  readonly acknowledged: number;
  /** After the last kill, of all that was acknowledged. */
  readonly lost: number;
  readonly killsWithLoss: number;
  readonly lostInOneKillMax: number;
}

const SERIES = 10_000;
const SECONDS_MIN = 0.2;

/** SIGKILL at random moments under steady load, again and again on the same data; then every acknowledged sample is looked for. */
export async function measureKills(context: BenchContext, options: KillOptions): Promise<unknown> {
  const results: ByTarget<Killed> = {};
  for (const name of context.targets)
    results[name] = await inFolder(context, (folder) => killOften(name, folder, options));
  const row = (what: string, key: keyof Killed): void =>
    printRow(what, Object.fromEntries(Object.entries(results).map(([name, one]) => [name, one[key]])));
  row('samples acknowledged', 'acknowledged');
  row(`acknowledged samples lost in ${options.kills} kills`, 'lost');
  row('most lost in one kill', 'lostInOneKillMax');
  return { ...options, ...results };
}

async function killOften(name: TargetName, folder: string, options: KillOptions): Promise<Killed> {
  const random = createSeededRandom(1);
  const series = new MixedSeries(SERIES, 1);
  const rounds: AcknowledgedRound[] = [];
  let killsWithLoss = 0;
  let lostInOneKillMax = 0;
  const seen = async (target: Target): Promise<void> => {
    const last = rounds.at(-1);
    if (last === undefined) return;
    const lost = await countLost(target, series, last);
    if (lost > 0) killsWithLoss++;
    lostInOneKillMax = Math.max(lostInOneKillMax, lost);
  };
  for (let round = 0; round < options.kills; round++) {
    const target = await startTarget(name, folder);
    try {
      await seen(target);
      rounds.push(await loadAndKill(target, series, options, random));
    } finally {
      await target.kill();
    }
  }
  const target = await startTarget(name, folder);
  try {
    await seen(target);
    let lost = 0;
    for (const round of rounds) lost += await countLost(target, series, round);
    const acknowledged = rounds.reduce((sum, { samples }) => sum + samples, 0);
    return { kills: options.kills, acknowledged, lost, killsWithLoss, lostInOneKillMax };
  } finally {
    await target.stop();
  }
}

async function loadAndKill(
  target: Target,
  series: MixedSeries,
  { samplesPerSecond, secondsMax }: KillOptions,
  random: Random,
): Promise<AcknowledgedRound> {
  const load: PacedLoad = sendPaced(target, series, samplesPerSecond);
  const seconds = SECONDS_MIN + random.next() * (secondsMax - SECONDS_MIN);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  // The load goes on until the process is gone.
  await target.kill();
  return await load.end();
}
