import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { emptyContent, shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

describe('the page in Chromium', () => {
  const { open, charts, visit } = useVisits();

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

  it('is told with its address which scripts draw it', async () => {
    const { stage } = await open(shopContent(Date.now()));
    for (const [path, chunk] of [
      ['/', 'overview'],
      ['/graph', 'overview'],
      ['/dashboards/shop', 'dashboard'],
      ['/logs', 'logs-page'],
    ] as const) {
      const { headers } = await fetch(`${stage.url}${path}`);
      assert.match(
        headers.get('link') ?? '',
        new RegExp(`</assets/${chunk}-[\\w-]+\\.js>; rel=modulepreload`),
        path,
      );
    }
  });

  it('fetches what opens only when it is wanted, and takes and gives back the focus', async () => {
    const { page } = await open(shopContent(Date.now()));
    await charts(page).first().waitFor();
    const fetched = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name)`,
    );
    assert.ok(!fetched.some((name) => /drop-down-body|help-text/.test(name)), fetched.join(' '));

    const custom = page.getByRole('button', { name: 'Custom' });
    await custom.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Time range' });
    await dialog.waitFor();
    await until(() => page.evaluate<boolean>(`document.activeElement?.closest('[role=dialog]') !== null`));
    assert.equal(await custom.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await until(() => page.evaluate<boolean>(`document.activeElement?.textContent === 'Custom'`));

    const help = page.locator('.panel-help').first();
    const text = (await help.getAttribute('aria-label')) ?? '';
    await help.focus();
    await page.getByRole('tooltip').getByText(text).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('tooltip').waitFor({ state: 'hidden' });
    await help.hover();
    await page.getByRole('tooltip').getByText(text).waitFor();
  });

  it('keeps pending and silenced alerts out of sight until asked', async () => {
    const content = shopContent(Date.now());
    const [critical, warning] = content.alerts;
    content.alerts = [{ ...critical, state: 'pending' }];
    content.silenced = [
      {
        ...warning,
        startsAt: warning?.['activeAt'],
        status: { state: 'suppressed', silencedBy: ['s1'], inhibitedBy: [] },
      },
    ];
    const { page } = await open(content);
    const alerts = page.getByRole('region', { name: 'Alerts' });
    await alerts.getByText('2 pending or muted').waitFor();
    assert.match((await alerts.textContent()) ?? '', /No alert is firing/);
    assert.equal(await alerts.getByRole('listitem').count(), 0);
    await alerts.getByRole('button', { name: 'Show them' }).click();
    assert.deepEqual(await alerts.getByRole('listitem').locator('.mantine-Badge-label').allTextContents(), [
      'silenced',
      'pending',
    ]);
  });

  it('shows the alert a message linked to, and says when it is over', async () => {
    const content = shopContent(Date.now());
    const [critical, warning] = content.alerts;
    content.alerts = [{ ...critical }, { ...warning, state: 'firing' }];
    content.silenced = [
      {
        ...warning,
        fingerprint: 'abc123',
        startsAt: warning?.['activeAt'],
        status: { silencedBy: ['s1'], inhibitedBy: [] },
      },
    ];
    const { page, stage } = await open(content, '/?alert=abc123');
    const linked = page.locator('.alert-linked');
    await linked.waitFor();
    assert.match((await linked.textContent()) ?? '', /silenced.*SlowAnswers/);
    const over = await visit(`${stage.url}/?alert=ffff`);
    await over.getByText('The alert of this link does not fire any more').waitFor();
    await over.getByRole('button', { name: 'Close' }).click();
    await over.waitForURL((url) => !url.searchParams.has('alert'));
  });

  it('opens an alert’s graph as a query on the same page', async () => {
    const { page } = await open(shopContent(Date.now()));
    await page.getByRole('button', { name: 'Graph' }).first().click();
    await page.locator('.query .chart canvas').waitFor();
    assert.equal(await page.getByLabel('PromQL expression').inputValue(), 'sum(rate(shop_orders_total[5m]))');
    assert.match(page.url(), /\?q=sum/);
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
    const content = shopContent(Date.now());
    content.notifications = { ...content.notifications, configured: false };
    const { page } = await open(content);
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
    await logs.getByText('insufficient funds', { exact: true }).waitFor();

    const again = await visit(page.url());
    await again.locator('#logs').scrollIntoViewIfNeeded();
    await until(() => again.evaluate(`document.querySelectorAll('.log-row').length === 3`));
  });
});
