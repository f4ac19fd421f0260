import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

describe('the page in trouble, in Chromium', () => {
  const { open, charts, overflow, complaints } = useVisits();

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
    await page.clock.runFor(6_000);
    await notice.waitFor({ state: 'detached' });
  });

  it('finds its metrics by itself when it was opened before the aggregator was there', async () => {
    const content = shopContent(Date.now());
    const { page, stage } = await open(content);
    await charts(page).first().waitFor();
    await stage.aggregator.stop();
    await page.reload();
    await page.getByText('Not known while the aggregator does not answer.').first().waitFor();
    await stage.restart('aggregator');
    await page.clock.runFor(4_000);
    await charts(page).first().locator('canvas').waitFor();
  });

  it('goes on without alerting', async () => {
    const { page, stage } = await open(shopContent(Date.now()));
    await charts(page).first().waitFor();
    await stage.alerting.stop();
    await page.clock.runFor(6_000);
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

  it('draws what it can of ten thousand series, and says that it is not all', async () => {
    const content = shopContent(Date.now());
    content.groups['payment'] = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
    const query = encodeURIComponent('sum by (payment) (shop_open_carts)');
    const { page } = await open(content, `/explore?refresh=0&expr=${query}`);
    await page.locator('.chart canvas').waitFor();
    await page.getByText('40 of 100 lines are drawn.').waitFor();
    await page.getByText('Table', { exact: true }).click();
    await page.getByText('The first 500 series of more.').waitFor();
    assert.equal(await page.locator('tbody tr').count(), 500);
  });

  it('shows the time of the server when the browser’s clock is an hour off', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?refresh=15');
    await charts(page).first().locator('canvas').waitFor();
    await page.clock.setSystemTime(Date.now() - 3_600_000);
    stage.aggregator.requests.length = 0;
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page.clock.runFor(16_000);
    const nowSeconds = Date.now() / 1000;
    await until(async () =>
      stage.aggregator.requests.some((line) => {
        const end = Number(/query_range\?.*[?&]end=(\d+)/.exec(line)?.[1]);
        return Math.abs(end - nowSeconds) < 120;
      }),
    );
  });

  it('keeps labels with markup, emoji, right-to-left or very long text in their places on every page', async () => {
    const nasty = ['<img src=x onerror="window.hacked=1">', '🦄'.repeat(50), 'שלום ‮abc', 'x'.repeat(10_000)];
    const content = shopContent(Date.now());
    content.groups['payment'] = nasty;
    content.series = nasty.map((payment) => ({
      __name__: 'shop_orders_total',
      layer: 'business',
      payment,
      job: payment,
    }));
    content.receivers = nasty;
    content.silences = nasty.map((value, index) => ({
      id: `s${index}`,
      status: { state: 'active' },
      matchers: [{ name: value, value, isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: value,
      comment: value,
    }));
    content.asked = nasty.map((text, id) => ({
      id,
      time: text,
      durationSeconds: text,
      status: text,
      error: text,
      language: text,
      params: { query: text, start: text, end: text, step: text },
      httpRequest: {
        clientIP: text,
        forwardedFor: text,
        path: text,
        userAgent: text,
        page: id === 0 ? '' : text,
      },
    }));
    const { page, stage } = await open(content, '/explore', { width: 390, height: 844 });
    // JSON is YAML too.
    const [markup, emoji, rtl] = nasty.map((text) => text.slice(0, 150));
    const file = {
      title: `${markup}${'t'.repeat(150)}`,
      description: `${emoji}${rtl}${'d'.repeat(4000)}`,
      links: [{ title: `${rtl}${'l'.repeat(150)}`, url: 'https://example.com' }],
      variables: [
        { name: 'payment', label: `${markup}${'v'.repeat(150)}`, values: [markup, 'x'.repeat(450)] },
      ],
      panels: [
        {
          draw: 'timeseries',
          title: `${emoji}${markup}`,
          queries: [{ expr: 'shop_orders_total', legend: '{{payment}}' }],
        },
        { draw: 'table', title: rtl, queries: ['shop_orders_total{payment="$payment"}'] },
      ],
    };
    await writeFile(join(stage.dashboards, 'nasty.yml'), JSON.stringify(file));
    for (const [path, ready] of [
      ['/dashboards/nasty', '.board canvas'],
      ['/system', '.query-log td'],
      ['/explore?view=table&expr=sum by (payment) (shop_orders_total)', 'td'],
      ['/alerts?tab=silences', '.silences li'],
      ['/alerts?tab=receivers', '.card'],
      ['/catalogue?metric=shop_orders_total', '.metric-detail td'],
    ] as const) {
      await page.goto(stage.url + path);
      await page.locator(ready).first().waitFor();
      assert.equal(await page.evaluate('window.hacked'), undefined, path);
      await until(async () => (await overflow(page)) === 0).catch((error: unknown) => {
        throw new Error(`${path} is wider than a phone`, { cause: error });
      });
    }
  });
});
