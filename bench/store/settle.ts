import type { Target } from '../target/target.ts';

const QUIET_CPU_SECONDS = 0.05;
const QUIET_SECONDS = 4;

/** Waits until the server has had nothing to do for four seconds; after `secondsMax` goes on all the same. */
export async function settle(target: Target, secondsMax = 40): Promise<void> {
  let before = target.cpuSeconds();
  let quiet = 0;
  for (let second = 0; second < secondsMax && quiet < QUIET_SECONDS; second++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = target.cpuSeconds();
    quiet = now - before < QUIET_CPU_SECONDS ? quiet + 1 : 0;
    before = now;
  }
}
