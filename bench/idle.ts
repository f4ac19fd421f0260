/**
 * What an idle Tocsin costs: `npm run bench:idle`. Starts `tocsin up` on an empty folder, prints the time to ready,
 * then after a minute of settling the memory (PSS, from /proc) and processor time of each process over a minute.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PART_NAMES } from '../test/stack/processes.ts';
import { startStack } from '../test/stack/stack.ts';
import { cpuSeconds } from './target/process-usage.ts';

const { values } = parseArgs({
  options: { settle: { type: 'string', default: '60' }, measure: { type: 'string', default: '60' } },
});
const settleSeconds = Number(values.settle);
const measureSeconds = Number(values.measure);

const startMs = performance.now();
const stack = await startStack();
console.log(`ready after ${((performance.now() - startMs) / 1_000).toFixed(2)} s`);
try {
  await sleep(settleSeconds);
  const pids = {
    up: stack.process.pid ?? 0,
    ...Object.fromEntries(PART_NAMES.map((name) => [name, stack.pid(name)])),
  };
  const before = Object.values(pids).map(cpuSeconds);
  await sleep(measureSeconds);
  let pssTotal = 0;
  let cpuTotal = 0;
  for (const [index, [name, pid]] of Object.entries(pids).entries()) {
    const pss = pssMiB(pid);
    const cpu = ((cpuSeconds(pid) - before[index]!) / measureSeconds) * 100;
    pssTotal += pss;
    cpuTotal += cpu;
    console.log(
      `${name.padEnd(10)} ${pss.toFixed(1).padStart(6)} MiB PSS  ${cpu.toFixed(2).padStart(5)} % of a core`,
    );
  }
  console.log(
    `together   ${pssTotal.toFixed(1).padStart(6)} MiB PSS  ${cpuTotal.toFixed(2).padStart(5)} % of a core (wanted: under 400 MiB and 3 %)`,
  );
} finally {
  await stack.remove();
}

function pssMiB(pid: number): number {
  const [, kib] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kib) / 1_024;
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
}
