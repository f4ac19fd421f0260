import type { Page } from 'playwright-core';

/** Frames a second while `work` goes on: the middle one of the times between frames, and the slowest of twenty. */
export async function framesDuring(
  page: Page,
  work: () => Promise<void>,
): Promise<{ readonly perSecond: number; readonly slow: number }> {
  await page.evaluate(`
    window.benchFrames = [];
    window.benchRun = true;
    const next = (time) => { window.benchFrames.push(time); if (window.benchRun) requestAnimationFrame(next); };
    requestAnimationFrame(next);
  `);
  await work();
  const times = await page.evaluate<number[]>('window.benchRun = false; window.benchFrames');
  const gaps = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? 0))
    .sort((a, b) => a - b);
  const at = (share: number): number =>
    gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? Number.NaN;
  return { perSecond: 1000 / at(0.5), slow: 1000 / at(0.95) };
}
