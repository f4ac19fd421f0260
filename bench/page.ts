/**
 * What the page costs a browser: `npm run bench:page`. A real stack with a day of 12 metrics of 10 series, and Chromium:
 * the bundle of the first view, the first view cold and warm, frames a second while pointing, brushing and scrolling, and the
 * growth of a page that stays open for a simulated day (that against an aggregator of waves, whose time can be wound).
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { startBrowser } from '../dashboard/browser/browser.ts';
import { shopContent } from '../dashboard/browser/shop-content.ts';
import { buildPage, createStage } from '../dashboard/browser/stage.ts';
import { startStack } from '../test/stack/stack.ts';
import { benchDashboard, dayOfHistory } from './page/day-of-history.ts';
import { framesDuring } from './page/frames.ts';

const { values: options } = parseArgs({
  options: {
    refreshes: { type: 'string', default: '288' },
    out: { type: 'string', default: fileURLToPath(new URL('./results/page.json', import.meta.url)) },
  },
});
const PANELS = 12;
const LINES = 10;
const MANY = 50;
const MOVES = 120;
const DAY_SECONDS = 86_400;
const VIEWPORT = { width: 1440, height: 1000 };
const DIST = fileURLToPath(new URL('../dashboard/dist', import.meta.url));

// Runs in the page: notes when so many charts were drawn, each with values in its legend.
const noticeDrawn = `
  window.benchDrawn = {};
  const look = () => {
    const count = document.querySelectorAll('.board .panel:has(canvas):has(.legend-value:not(:empty))').length;
    window.benchDrawn[count] ??= performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;
const results: Record<string, number> = {};
const report = (name: string, value: number, unit: string, wanted: string) => {
  results[name] = Number(value.toFixed(2));
  console.log(`${name.padEnd(46)} ${value.toFixed(1).padStart(8)} ${unit.padEnd(4)} (wanted: ${wanted})`);
};

const files = {
  'tocsin.yaml': 'dashboards: [bench.yml, many.yml]\n',
  'bench.yml': benchDashboard(PANELS),
  'many.yml': benchDashboard(MANY),
};
const stack = await startStack({ files });
const browser = await startBrowser();
const built = await buildPage();
try {
  const endSeconds = Math.floor(Date.now() / 60_000) * 60;
  for (const text of dayOfHistory(MANY, LINES, endSeconds)) {
    const answer = await fetch(`${stack.urls.aggregator}/api/v1/import/prometheus`, {
      method: 'POST',
      body: text,
    });
    if (!answer.ok) throw new Error(`Cannot load the history: ${answer.status} ${await answer.text()}`);
  }

  const board = `${stack.urls.dashboard}/dashboards/bench?last=24h&refresh=0`;
  const cold: number[] = [];
  const warm: number[] = [];
  const busy: number[] = [];
  for (let run = 0; run < 3; run++) {
    const context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    await page.addInitScript({ content: noticeDrawn });
    const loaded: string[] = [];
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
    const cpu = await cpuMeter(page);
    await page.goto(board);
    cold.push(await drawnAt(page, PANELS));
    busy.push(await cpu());
    if (run === 0) {
      report('bundle of the first dashboard, gzip', await gzipKiB(loaded), 'KiB', 'under 450');
    }
    await page.goto('about:blank');
    await page.goto(board);
    warm.push(await drawnAt(page, PANELS));
    await context.close();
  }
  report('12 panels, 24 h, main thread at work', Math.min(...busy), 'ms', 'no limit set');
  report('12 panels, 24 h, cold cache', Math.min(...cold), 'ms', 'under 1500');
  report('12 panels, 24 h, warm cache', Math.min(...warm), 'ms', 'under 500');

  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript({ content: noticeDrawn });
  await page.goto(`${stack.urls.dashboard}/?refresh=0`);
  await page.locator('.layer .chart canvas').first().waitFor();
  const overview: string[] = [];
  page.on('response', (response) => overview.push(new URL(response.url()).pathname));
  await page.reload();
  await page.locator('.layer .chart canvas').first().waitFor();
  report('bundle of the overview, gzip', await gzipKiB(overview), 'KiB', 'under 450');

  await page.goto(board);
  await drawnAt(page, PANELS);
  const chart = await page.locator('.board .chart').first().boundingBox();
  if (chart === null) throw new Error('Cannot measure frames: there is no chart');
  const sweep = async (y: number) => {
    for (let step = 0; step < MOVES; step++) await page.mouse.move(chart.x + 70 + ((step * 3) % 300), y);
  };
  const cpu = await cpuMeter(page);
  const pointing = await framesDuring(page, () => sweep(chart.y + 60));
  report('pointing, main thread at work a move', (await cpu()) / MOVES, 'ms', 'under 20');
  report('pointing over 12 charts, frames', pointing.perSecond, '/s', 'at least 50');
  report('pointing, slowest of twenty', pointing.slow, '/s', 'at least 50');
  const brushing = await framesDuring(page, async () => {
    await page.mouse.move(chart.x + 70, chart.y + 60);
    await page.mouse.down();
    await sweep(chart.y + 61);
    await page.mouse.move(chart.x + 71, chart.y + 60);
    await page.mouse.up();
  });
  report('brushing 12 charts, frames', brushing.perSecond, '/s', 'at least 50');

  await page.goto(`${stack.urls.dashboard}/dashboards/many?last=24h&refresh=0`);
  await drawnAt(page, 9);
  const scrolling = await framesDuring(page, async () => {
    for (let step = 0; step < 100; step++) await page.mouse.wheel(0, 60);
  });
  report('scrolling through 50 panels, frames', scrolling.perSecond, '/s', 'smooth');
  await page.close();
  await save();
} finally {
  await stack.remove();
}

try {
  const refreshes = Number(options.refreshes);
  const stage = await createStage(shopContent(Date.now()), built.folder);
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.clock.install();
    await page.goto(`${stage.url}/?refresh=300`);
    await page.locator('.layer .chart canvas').first().waitFor();
    const heapMiB = async (): Promise<number> => {
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      await session.detach();
      return usedSize / 2 ** 20;
    };
    const pass = async (count: number) => {
      for (let refresh = 0; refresh < count; refresh++) {
        await page.clock.runFor((DAY_SECONDS / refreshes) * 1000);
        await page.waitForLoadState('networkidle');
      }
    };
    await pass(10);
    const before = await heapMiB();
    await pass(refreshes);
    report('growth of a page left open for a day', (await heapMiB()) - before, 'MiB', 'under 20');
    await page.close();
    await save();
  } finally {
    await stage.stop();
  }
} finally {
  await browser.close();
  await built.remove();
}

/** Kept after each part: one that breaks off takes nothing with it. */
async function save(): Promise<void> {
  await mkdir(dirname(options.out), { recursive: true });
  const machine = {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    load: loadavg()[0],
    node: process.version,
  };
  await writeFile(
    options.out,
    `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`,
  );
}

/** Processor time (ms) of the page's main thread since the meter was made: the same whatever else the machine does. */
async function cpuMeter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const before = await read();
  return async () => (await read()) - before;
}

/** Milliseconds from navigation until at least `count` charts were drawn. */
async function drawnAt(page: Page, count: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const drawn = await page.evaluate<Record<string, number>>('window.benchDrawn ?? {}');
    const times = Object.entries(drawn).flatMap(([charts, ms]) => (Number(charts) >= count ? [ms] : []));
    if (times.length > 0) return Math.min(...times);
    if (Date.now() > deadline)
      throw new Error(`Cannot measure the first view: ${JSON.stringify(drawn)} charts were drawn`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What the loaded files of the build weigh, compressed as a server would at least. */
async function gzipKiB(paths: readonly string[]): Promise<number> {
  const known = new Set(await readdir(join(DIST, 'assets')));
  let bytes = 0;
  for (const path of new Set(paths)) {
    const name = path.replace('/assets/', '');
    if (/\.(js|css)$/.test(name) && known.has(name))
      bytes += gzipSync(await readFile(join(DIST, 'assets', name))).length;
  }
  return bytes / 1024;
}
