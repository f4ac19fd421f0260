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

const FRAME_PARTS = ['pointing', 'brushing', 'scrolling'] as const;
const PARTS = ['view', ...FRAME_PARTS, 'day'] as const;
const { values: options } = parseArgs({
  options: {
    refreshes: { type: 'string', default: '288' },
    only: { type: 'string', default: PARTS.join(',') },
    out: { type: 'string', default: fileURLToPath(new URL('./results/page.json', import.meta.url)) },
  },
});
const wanted = options.only.split(',');
const unknown = wanted.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) {
  console.error(`There is no part "${unknown}"; there are ${PARTS.join(', ')}`);
  process.exit(2);
}
/** The best of these is told: what else the machine does only ever adds. */
const RUNS = 5;
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
let results: Record<string, number> = {};
const report = (name: string, value: number, unit: string, wanted: string) => {
  results[name] = Number(value.toFixed(2));
  console.log(`${name.padEnd(46)} ${value.toFixed(1).padStart(8)} ${unit.padEnd(4)} (wanted: ${wanted})`);
};

const files = {
  'tocsin.yaml': 'dashboards: [bench.yml, many.yml]\n',
  'bench.yml': benchDashboard(PANELS),
  'many.yml': benchDashboard(MANY),
};
const browser = await startBrowser();
const built = await buildPage();
try {
  if (PARTS.some((part) => part !== 'day' && wanted.includes(part))) await measureBoards();
  if (wanted.includes('day')) await measureDay();
} finally {
  await browser.close();
  await built.remove();
}

async function measureBoards(): Promise<void> {
  const stack = await startStack({ files });
  try {
    const endSeconds = Math.floor(Date.now() / 60_000) * 60;
    for (const text of dayOfHistory(wanted.includes('scrolling') ? MANY : PANELS, LINES, endSeconds)) {
      const answer = await fetch(`${stack.urls.aggregator}/api/v1/import/prometheus`, {
        method: 'POST',
        body: text,
      });
      if (!answer.ok) throw new Error(`Cannot load the history: ${answer.status} ${await answer.text()}`);
    }
    if (wanted.includes('view')) {
      await measureView(stack.urls.dashboard);
      await save('view');
    }
    if (FRAME_PARTS.some((part) => wanted.includes(part))) {
      await measureFrames(stack.urls.dashboard);
      await save('frames');
    }
  } finally {
    await stack.remove();
  }
}

async function measureView(url: string): Promise<void> {
  const board = `${url}/dashboards/bench?last=24h&refresh=0`;
  const cold: number[] = [];
  const warm: number[] = [];
  const busy: number[] = [];
  const busyWarm: number[] = [];
  for (let run = 0; run < RUNS; run++) {
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
      report('first dashboard, round trips in series', await roundTrips(page), '', 'no limit set');
    }
    await page.goto('about:blank');
    const cpuWarm = await cpuMeter(page);
    await page.goto(board);
    warm.push(await drawnAt(page, PANELS));
    busyWarm.push(await cpuWarm());
    await context.close();
  }
  report('12 panels, 24 h, main thread at work', Math.min(...busy), 'ms', 'no limit set');
  report('12 panels, 24 h, main thread, warm', Math.min(...busyWarm), 'ms', 'no limit set');
  report('12 panels, 24 h, cold cache', Math.min(...cold), 'ms', 'under 1500');
  report('12 panels, 24 h, warm cache', Math.min(...warm), 'ms', 'under 500');

  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(`${url}/?refresh=0`);
  await page.locator('.layer .chart canvas').first().waitFor();
  const overview: string[] = [];
  page.on('response', (response) => overview.push(new URL(response.url()).pathname));
  await page.reload();
  await page.locator('.layer .chart canvas').first().waitFor();
  report('bundle of the overview, gzip', await gzipKiB(overview), 'KiB', 'under 450');
  await page.close();
}

async function measureFrames(url: string): Promise<void> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript({ content: noticeDrawn });
  // No page can draw more frames than an empty one to which the same is done.
  await page.setContent('<p>Nothing</p>');
  const still = await framesDuring(page, () => sweep(page, { x: 0, y: 0 }, 60));
  report('an empty page, frames', still.perSecond, '/s', 'the most there can be');
  const reportFrames = (what: string, perSecond: number) => {
    report(`${what}, frames`, perSecond, '/s', 'at least 50');
    report(`${what}, of an empty page's`, (100 * perSecond) / still.perSecond, '%', 'at least 83');
  };

  if (wanted.includes('pointing') || wanted.includes('brushing')) {
    await page.goto(`${url}/dashboards/bench?last=24h&refresh=0`);
    await drawnAt(page, PANELS);
    const chart = await page.locator('.board .chart').first().boundingBox();
    if (chart === null) throw new Error('Cannot measure frames: there is no chart');
    await measurePointer(page, chart, reportFrames);
  }
  if (wanted.includes('scrolling')) {
    await page.goto(`${url}/dashboards/many?last=24h&refresh=0`);
    await drawnAt(page, 9);
    const cpu = await cpuMeter(page);
    const scrolling = await framesDuring(page, async () => {
      for (let step = 0; step < 100; step++) await page.mouse.wheel(0, 60);
    });
    report('scrolling, main thread at work a step', (await cpu()) / 100, 'ms', 'under 20');
    reportFrames('scrolling through 50 panels', scrolling.perSecond);
  }
  await page.close();
}

async function measurePointer(
  page: Page,
  chart: Place,
  reportFrames: (what: string, perSecond: number) => void,
): Promise<void> {
  if (wanted.includes('pointing')) {
    const cpu = await cpuMeter(page);
    const pointing = await framesDuring(page, () => sweep(page, chart, 60));
    report('pointing, main thread at work a move', (await cpu()) / MOVES, 'ms', 'under 20');
    reportFrames('pointing over 12 charts', pointing.perSecond);
    report('pointing, slowest of twenty', pointing.slow, '/s', 'at least 50');
  }
  if (wanted.includes('brushing')) {
    const cpu = await cpuMeter(page);
    const brushing = await framesDuring(page, async () => {
      await page.mouse.move(chart.x + 70, chart.y + 60);
      await page.mouse.down();
      await sweep(page, chart, 61);
      await page.mouse.move(chart.x + 71, chart.y + 60);
      await page.mouse.up();
    });
    report('brushing, main thread at work a move', (await cpu()) / MOVES, 'ms', 'under 20');
    reportFrames('brushing 12 charts', brushing.perSecond);
  }
}

interface Place {
  readonly x: number;
  readonly y: number;
}

async function sweep(page: Page, chart: Place, y: number) {
  for (let step = 0; step < MOVES; step++)
    await page.mouse.move(chart.x + 70 + ((step * 3) % 300), chart.y + y);
}

async function measureDay(): Promise<void> {
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
    await save('day');
  } finally {
    await stage.stop();
  }
}

/** Kept after each part: one that breaks off takes nothing with it, and what was not measured now stays as it was, with its own time. */
async function save(part: 'view' | 'frames' | 'day'): Promise<void> {
  await mkdir(dirname(options.out), { recursive: true });
  const machine = {
    processor: cpus()[0]?.model ?? '',
    cores: cpus().length,
    load: loadavg()[0],
    node: process.version,
  };
  const before: unknown = await readFile(options.out, 'utf8').then(JSON.parse, () => ({}));
  const parts = { ...(before as object), [part]: { at: new Date().toISOString(), machine, results } };
  results = {};
  await writeFile(options.out, `${JSON.stringify(parts, null, 2)}\n`);
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

/** How many of the page's requests up to now had to wait for one another: the longest row of them, each begun after the last ended. */
async function roundTrips(page: Page): Promise<number> {
  const spans = await page.evaluate<(readonly [number, number])[]>(
    `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ responseEnd, startTime }) => responseEnd > startTime)
      .map(({ startTime, responseEnd }) => [startTime, responseEnd])`,
  );
  // The row that ends first is the longest that can be made: each next one begins after the end of the last.
  let count = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of spans.toSorted((a, b) => a[1] - b[1])) {
    if (from < end) continue;
    count++;
    end = to;
  }
  return count;
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
