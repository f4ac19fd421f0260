import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import type { FakeContent } from './fake-parts.ts';
import { buildPage, createStage, type Stage } from './stage.ts';

// Generous: a busy machine is no fault of the page.
const patienceMs = 20_000;
const desktop = { width: 1440, height: 900 };

/** Waits until `check` says yes. The page's policy forbids the browser to evaluate text, so waiting is done here. */
export async function until(check: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await check())) {
    assert.ok(Date.now() < deadline, `Cannot go on: still not true: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * For a `describe`: a browser and a page built from the sources, and for each test visits to a dashboard of its
 * own. A test fails when the browser complained about anything but requests that failed.
 */
export function useVisits() {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildPage>>;
  const stages: Stage[] = [];
  const pages: Page[] = [];
  const complaints: string[] = [];

  before(async () => {
    [browser, built] = await Promise.all([startBrowser(), buildPage()]);
  });
  after(async () => {
    await browser.close();
    await built.remove();
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    await Promise.all(stages.splice(0).map((stage) => stage.stop()));
    assert.deepEqual(complaints.splice(0), []);
  });

  /** Opens an address; its clock can be wound forward by `page.clock`. */
  async function visit(url: string, viewport = desktop): Promise<Page> {
    const page = await browser.newPage({ viewport, timezoneId: 'UTC' });
    page.setDefaultTimeout(patienceMs);
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
    });
    await page.clock.install();
    await page.goto(url);
    return page;
  }

  return {
    complaints,
    visit,
    /** Opens a dashboard whose parts hold `content`. */
    async open(content: FakeContent, path = '/', viewport = desktop) {
      const stage = await createStage(content, built.folder);
      stages.push(stage);
      return { stage, page: await visit(stage.url + path, viewport) };
    },
    charts: (page: Page) => page.locator('.layer .chart'),
    /** Where the cursor's line stands in each chart, in pixels. */
    cursorLefts: (page: Page) =>
      page.evaluate<
        number[]
      >(`[...document.querySelectorAll('.layer .chart')].map((chart) => chart.querySelector('.chart-follow:not([hidden])') ?? chart.querySelector('.u-cursor-x')).map((line) =>
        Math.round(new DOMMatrix(getComputedStyle(line).transform).m41))`),
    /** By how many pixels the page is wider than the window. */
    overflow: (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
  };
}
