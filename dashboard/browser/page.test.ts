import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import type { FakeContent } from './fake-parts.ts';
import { emptyContent, shopContent } from './shop-content.ts';
import { buildPage, createStage, type Stage } from './stage.ts';

/** Waits until `check` says yes. The page's policy forbids the browser to evaluate text, so waiting is done here. */
async function until(check: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await check())) {
    assert.ok(Date.now() < deadline, `Cannot go on: still not true: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}
const axeOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };

describe('the page in Chromium', () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildPage>>;
  const stages: Stage[] = [];
  const pages: Page[] = [];
  /** What the browser complains about; failed requests to parts that are down are expected. */
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

  async function open(content: FakeContent, path = '/', viewport = { width: 1440, height: 900 }) {
    const stage = await createStage(content, built.folder);
    stages.push(stage);
    const page = await browser.newPage({ viewport, timezoneId: 'UTC' });
    page.setDefaultTimeout(10_000);
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) complaints.push(text);
    });
    await page.goto(stage.url + path);
    return { stage, page };
  }

  const charts = (page: Page) => page.locator('.layer .chart');
  const cursorLefts = (page: Page) =>
    page.evaluate<number[]>(`[...document.querySelectorAll('.layer .chart .u-cursor-x')].map((line) =>
      Math.round(new DOMMatrix(getComputedStyle(line).transform).m41))`);
  const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  it('shows business over usage over system, with alerts on top and the demo marked', async () => {
    const { page } = await open(shopContent(Date.now()));
    await charts(page).first().waitFor();
    assert.deepEqual(await page.locator('h2').allTextContents(), [
      'Business',
      'Usage',
      'System',
      'Logs',
      'Notifications',
    ]);
    assert.match(
      (await page.locator('.demo').textContent()) ?? '',
      /DEMO – synthetic customers.*payment provider is slow/,
    );

    const alerts = page.getByRole('region', { name: 'Alerts' });
    assert.match((await alerts.textContent()) ?? '', /2 alerts are firing/);
    const first = alerts.getByRole('listitem').first();
    assert.match(
      (await first.textContent()) ?? '',
      /critical.*CheckoutFailing.*12\.5% of checkouts fail.*[56]m ago/,
    );
    assert.equal(
      await first.getByRole('link', { name: 'Runbook' }).getAttribute('href'),
      'https://runbooks.example/shop',
    );

    const funnel = page.getByRole('region', { name: 'Shop checkout steps' });
    await funnel.locator('.recharts-bar-rectangle').first().waitFor();
    assert.equal(await funnel.locator('.recharts-bar-rectangle').count(), 4);
    await page.getByRole('region', { name: 'Shop revenue' }).first().getByText('€').first().waitFor();
    const cpu = page.getByRole('region', { name: 'CPU time by kind' });
    await cpu.scrollIntoViewIfNeeded();
    await cpu.locator('.chart canvas').waitFor();
  });

  it('opens an alert’s graph as a query on the same page', async () => {
    const { page } = await open(shopContent(Date.now()));
    await page.getByRole('button', { name: 'Graph' }).first().click();
    await page.locator('.query .chart canvas').waitFor();
    assert.equal(await page.getByLabel('PromQL expression').inputValue(), 'sum(rate(shop_orders_total[5m]))');
    assert.match(page.url(), /\?q=sum/);
  });

  it('has one cursor for all charts, by mouse and by keyboard', async () => {
    const { page } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.getByRole('region', { name: 'Shop signups' }).last().locator('.chart canvas').waitFor();
    const chart = charts(page).first();
    await chart.hover({ position: { x: 200, y: 60 } });
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') !== null`));
    const moved = await cursorLefts(page);
    assert.ok(moved.length >= 6, `${moved.length} charts are drawn`);
    assert.ok(
      moved.every((left) => Math.abs(left - (moved[0] ?? 0)) <= 2 && left > 0),
      moved.join(' '),
    );
    const atCursor = await page.locator('.layer-business .legend-value').first().textContent();
    const clock = await page.locator('.cursor-time').textContent();

    await chart.focus();
    await page.mouse.move(5, 5);
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowRight');
    await until(() =>
      page.evaluate(`document.querySelector('.cursor-time').textContent !== ${JSON.stringify(clock)}`),
    );
    assert.notEqual(await page.locator('.layer-business .legend-value').first().textContent(), atCursor);
    await page.keyboard.press('Escape');
    await until(() => page.evaluate(`document.querySelector('.cursor-time-set') === null`));
  });

  it('zooms all charts by dragging over one, and back by a double click or the Back button', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?last=1h&refresh=0');
    const chart = charts(page).first();
    await chart.locator('canvas').waitFor();
    const box = await chart.boundingBox();
    assert.ok(box);
    const drag = async () => {
      await page.mouse.move(box.x + 150, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + 190, box.y + 62, { steps: 4 });
      await page.mouse.move(box.x + 250, box.y + 65, { steps: 4 });
      await page.mouse.up();
    };
    stage.aggregator.requests.length = 0;
    await drag();
    await page.waitForURL(/from=.*to=/);
    const shown = new URL(page.url()).searchParams;
    const span = (Date.parse(shown.get('to') ?? '') - Date.parse(shown.get('from') ?? '')) / 1000;
    assert.ok(span > 600 && span < 2400, `${span} s of an hour`);
    await page.getByRole('region', { name: 'Shop orders' }).last().locator('.chart canvas').waitFor();
    const starts = stage.aggregator.requests
      .filter((line) => line.includes('query_range'))
      .map((line) => /start=(\d+)/.exec(line)?.[1]);
    assert.ok(new Set(starts).size === 1 && starts.length > 5, `one window for all: ${[...new Set(starts)]}`);

    await chart.dblclick({ position: { x: 200, y: 60 } });
    await page.waitForURL((url) => !url.searchParams.has('from'));
    await drag();
    await page.waitForURL(/from=/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('from'));
  });

  it('says with three lines of code what to do when a layer is empty', async () => {
    const { page } = await open(emptyContent());
    await page.locator('#system .empty').waitFor();
    for (const layer of ['business', 'usage', 'system']) {
      const code =
        (await page.locator(`#${layer} .empty code, #${layer} .empty pre`).first().textContent()) ?? '';
      assert.equal(code.trim().split('\n').length, 3, code);
      assert.match(code, new RegExp(`layer: '${layer}'`));
    }
    await page.locator('#logs').getByText('No log lines in this time').waitFor();
    assert.match(
      (await page.locator('#logs .empty').textContent()) ?? '',
      /createAgent\(\{ service: 'my-service' \}\)\.logger\(\)/,
    );
    assert.match((await page.locator('.alerts').textContent()) ?? '', /No alert is firing/);
  });

  it('shows what would have been sent while no receiver is configured', async () => {
    const { page } = await open(shopContent(Date.now()));
    const section = page.getByRole('region', { name: 'Notifications' });
    await section.getByText('[FIRING:1] CheckoutFailing').click();
    await section.getByText('12.5% of checkouts fail').waitFor();
    const text = (await section.textContent()) ?? '';
    assert.match(text, /No receiver is configured/);
    assert.match(text, /would be sent/);
  });

  it('finds log lines by service, level and text, and keeps the filter in the address', async () => {
    const { page } = await open(shopContent(Date.now()));
    const logs = page.locator('#logs');
    await logs.scrollIntoViewIfNeeded();
    await logs.locator('.log-row').first().waitFor();
    await logs.getByLabel('Service').selectOption('shop');
    await logs.getByLabel('Level').selectOption('error');
    await logs.getByLabel('Text in the line').fill('refused #2');
    await page.waitForURL(/service=shop&level=error&text=refused/);
    await until(() => page.evaluate(`document.querySelectorAll('.log-row').length === 3`));
    const texts = await logs.locator('.log-row').allTextContents();
    for (const text of texts) assert.match(text, /error\s*shop\s*card refused #2/);
    await logs.locator('.log-time button').first().click();
    await logs.getByText('insufficient funds').waitFor();

    const again = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    pages.push(again);
    await again.goto(page.url());
    await again.locator('#logs').scrollIntoViewIfNeeded();
    await until(() => again.evaluate(`document.querySelectorAll('.log-row').length === 3`));
  });

  it('goes on without the aggregator, says since when it is down, and finds it again', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?refresh=5');
    await charts(page).first().locator('canvas').waitFor();
    await stage.aggregator.stop();
    await page.getByRole('button', { name: 'Refresh now' }).click();
    const notice = page.locator('.outage');
    await notice.getByText(/The aggregator does not answer/).waitFor();
    assert.match((await notice.textContent()) ?? '', /since (\d+ \w+ )?\d\d:\d\d:\d\d/);
    assert.match((await page.locator('.alerts').textContent()) ?? '', /2 alerts are firing/);
    assert.ok((await charts(page).count()) > 0, 'what was loaded stays');
    await stage.restart('aggregator');
    await notice.waitFor({ state: 'detached', timeout: 15_000 });
  });

  it('finds its metrics by itself when it was opened before the aggregator was there', async () => {
    const content = shopContent(Date.now());
    const { page, stage } = await open(content);
    await charts(page).first().waitFor();
    await stage.aggregator.stop();
    await page.reload();
    await page.getByText('Not known while the aggregator does not answer.').first().waitFor();
    await stage.restart('aggregator');
    await charts(page).first().locator('canvas').waitFor({ timeout: 15_000 });
  });

  it('goes on without alerting', async () => {
    const { page, stage } = await open(shopContent(Date.now()));
    await charts(page).first().waitFor();
    await stage.alerting.stop();
    await page
      .locator('.outage')
      .getByText(/The alerting does not answer|Alerting does not answer/)
      .waitFor();
    assert.ok((await charts(page).count()) > 0);
  });

  it('draws the rest when a file of an earlier build is gone, and offers to load it again', async () => {
    const { page } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.route('**/assets/funnel-*.js', (route) => route.abort());
    await page.reload();
    await page.getByText('Shop checkout steps could not be drawn').waitFor();
    await page.getByRole('region', { name: 'Shop orders' }).last().locator('.chart canvas').waitFor();
    assert.ok(complaints.splice(0).length > 0, 'the browser says that the file is missing');
  });

  it('keeps one failing query to its own panel', async () => {
    const content = { ...shopContent(Date.now()), failing: ['shop_signups_total'] };
    const { page } = await open(content, '/graph?g0.expr=shop_signups_total');
    await page
      .locator('.query')
      .getByText(/query timed out/)
      .waitFor();
    await page.getByRole('region', { name: 'Shop orders' }).last().locator('.chart canvas').waitFor();
  });

  it('is not broken by labels with markup, emoji, right-to-left or very long text', async () => {
    const nasty = [
      '<img src=x onerror="window.hacked=1">',
      '🦄'.repeat(50),
      'שלום עולם ‮abc',
      'x'.repeat(10_000),
      '__proto__',
    ];
    const content = shopContent(Date.now());
    content.groups['payment'] = nasty;
    const bad = {
      ...content.alerts[0],
      labels: { alertname: nasty[0], severity: nasty[3], a: nasty[1], b: nasty[2], c: nasty[3] },
      annotations: { summary: nasty.join(' '), runbook_url: 'javascript:window.hacked=1' },
    };
    content.alerts = [bad];
    content.logs = nasty.map((line, index) => ({
      stream: { service_name: line, level: line },
      time: Date.now() / 1000 - 10 - index,
      line,
    }));
    for (const viewport of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const { page } = await open(content, '/', viewport);
      await page.getByRole('region', { name: 'Shop orders' }).last().scrollIntoViewIfNeeded();
      await page.getByRole('region', { name: 'Shop orders' }).last().locator('.chart canvas').waitFor();
      await page.locator('#logs').scrollIntoViewIfNeeded();
      await page.locator('.log-row').nth(4).waitFor();
      assert.equal(await page.evaluate('window.hacked'), undefined);
      assert.equal(await page.getByRole('link', { name: 'Runbook' }).count(), 0);
      assert.equal(await overflow(page), 0);
    }
  });

  it('fits a phone and follows the system’s dark colours', async () => {
    const { page } = await open(shopContent(Date.now()), '/', { width: 390, height: 844 });
    await charts(page).first().waitFor();
    assert.equal(await overflow(page), 0);
    const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    await until(() => page.evaluate(`getComputedStyle(document.body).backgroundColor !== '${light}'`));
    await page.getByRole('button', { name: 'Switch to light colours' }).click();
    await until(() => page.evaluate(`getComputedStyle(document.body).backgroundColor === '${light}'`));
  });

  it('asks for nothing while its tab is hidden', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?refresh=5');
    await charts(page).first().waitFor();
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { get: () => true });
      Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      window.dispatchEvent(new Event('visibilitychange'));
    `);
    // What was under way comes to its end, then one whole refresh passes in which nothing may be asked.
    await page.waitForLoadState('networkidle');
    stage.aggregator.requests.length = 0;
    stage.alerting.requests.length = 0;
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 5500))');
    assert.deepEqual([...stage.aggregator.requests, ...stage.alerting.requests], []);
  });

  it('has no serious accessibility finding, light or dark, wide or narrow', async () => {
    const content = shopContent(Date.now());
    for (const [state, colorScheme, viewport] of [
      [content, 'light', { width: 1440, height: 900 }],
      [content, 'dark', { width: 390, height: 844 }],
      [emptyContent(), 'dark', { width: 1440, height: 900 }],
    ] as const) {
      const { page } = await open(state, '/graph?g0.expr=up', viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page
        .locator(state === content ? '#business .chart canvas' : '#system .empty')
        .first()
        .waitFor();
      await page.locator('#logs').scrollIntoViewIfNeeded();
      await page.locator('#logs :is(.log-row, .empty)').first().waitFor();
      const findings = await page.evaluate<{ violations: Finding[] }>(
        `${axe.source}; axe.run(document, ${JSON.stringify(axeOptions)})`,
      );
      assert.deepEqual(
        findings.violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, nodes }) =>
              `${colorScheme} ${viewport.width}: ${id}: ${nodes
                .map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)
                .slice(0, 3)
                .join('\n')}`,
          ),
        [],
      );
    }
  });
});
