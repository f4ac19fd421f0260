import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

describe('the pages beside the first, in Chromium', () => {
  const { open, visit } = useVisits();

  it('go from one to the other by the navigation, and the time goes along', async () => {
    const { page } = await open(shopContent(Date.now()), '/?last=6h&refresh=0');
    const nav = page.getByRole('navigation', { name: 'Pages' });
    for (const [name, heading] of [
      ['Explore', 'Explore'],
      ['Alerts', 'Alerts'],
      ['Logs', 'Logs'],
      ['Metrics', 'Metrics'],
      ['System', 'System'],
    ] as const) {
      await nav.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      assert.equal(new URL(page.url()).searchParams.get('last'), '6h', name);
      assert.match(await page.title(), new RegExp(heading));
    }
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Metrics' }).waitFor();
  });

  it('Explore completes, draws, lists, prices and explains, and keeps the question in the address', async () => {
    const { page } = await open(shopContent(Date.now()), '/explore?refresh=0');
    const editor = page.getByRole('textbox', { name: 'PromQL expression' });
    await editor.click();
    await page.keyboard.type('sum by (payment) (rate(shop_ord');
    await page.clock.runFor(2_000);
    await page.locator('.cm-tooltip-autocomplete').getByText('shop_orders_total').waitFor();
    await page.clock.runFor(200);
    await page.keyboard.press('Enter');
    await page.keyboard.type('[5m');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL(/expr=sum/);
    assert.equal(
      new URL(page.url()).searchParams.get('expr'),
      'sum by (payment) (rate(shop_orders_total[5m]))',
    );
    await page.locator('.chart canvas').waitFor();
    await page.getByText('Table', { exact: true }).click();
    const table = page.getByRole('region', { name: 'Answer' });
    await table.getByText('invoice').waitFor();
    await page.getByText('Explained', { exact: true }).click();
    await page.getByText('Sum for each payment, of:').waitFor();

    const again = await visit(page.url());
    await again.getByText('Sum for each payment, of:').waitFor();
  });

  it('Explore says where an expression is wrong', async () => {
    const { page } = await open(shopContent(Date.now()), '/explore?refresh=0');
    await page.getByRole('textbox', { name: 'PromQL expression' }).click();
    await page.keyboard.type('sum(rate(up[5m]) +');
    await page.clock.runFor(3_000);
    await page.locator('.cm-lintRange-error, .cm-lintPoint-error').first().waitFor({ state: 'attached' });
  });

  it('makes an alert of a question, with what it would have done beside it', async () => {
    const content = shopContent(Date.now());
    const { page } = await open(
      content,
      '/explore?refresh=0&view=alert&expr=sum(rate(shop_orders_total[5m]))',
    );
    await page.getByText('Give the alert a name.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('OrdersLow');
    await page.getByLabel('this limit').fill('2.5');
    await page.getByText('alert: OrdersLow').waitFor();
    assert.match(
      (await page.locator('.alert-draft pre, .alert-draft code').first().textContent()) ?? '',
      /expr: sum\(rate\(shop_orders_total\[5m\]\)\) > 2\.5/,
    );
    await page
      .getByRole('region', { name: 'Backtest' })
      .getByText(/would have fired once/)
      .waitFor();
  });

  it('shows rules with what is odd about them', async () => {
    const { page } = await open(shopContent(Date.now()), '/alerts?tab=rules');
    const group = page.getByRole('region', { name: 'Group shop' });
    await group.getByText('nobody sends shop_returns_total').waitFor();
    const returns = group.getByRole('listitem').filter({ hasText: 'ReturnsMany' });
    await returns.getByText('never fired').waitFor();
    assert.match((await returns.textContent()) ?? '', /slow.*4\.2 s/);
    await group.getByText('query timed out').waitFor();
    await page.getByText('To look at').click();
    await until(async () => (await group.getByRole('listitem').count()) === 2);
  });

  it('shows why an alert was sent, and silences it after showing what that holds back', async () => {
    const content = shopContent(Date.now());
    const [critical] = content.alerts;
    content.silenced = [
      {
        ...critical,
        fingerprint: 'abc123',
        startsAt: critical?.['activeAt'],
        status: { silencedBy: [], inhibitedBy: [] },
      },
    ];
    const { page } = await open(content, '/?refresh=0');
    await page.getByRole('link', { name: 'Why' }).first().click();
    await page.getByText('sent to team-shop by email: 250 OK').waitFor();
    await page.getByText('will not be told in the next round (already told)').waitFor();
    await page.getByRole('link', { name: 'Silence it' }).click();
    await page.getByText('Name at least one label.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Leave out severity' }).click();
    await page.getByText('Holds back 1 alert that is there now:').waitFor();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByLabel('Why').fill('replacing the card reader');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    await page.getByText('replacing the card reader').waitFor();
    assert.deepEqual(JSON.stringify(content.silences[0]?.['matchers']).match(/"name":"\w+"/g), [
      '"name":"alertname"',
      '"name":"service"',
    ]);
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByText('No silence is in force').waitFor();
  });

  it('lists receivers and the routing', async () => {
    const { page } = await open(shopContent(Date.now()), '/alerts?tab=receivers');
    await page.getByRole('heading', { name: 'team-shop' }).waitFor();
    await page.getByRole('button', { name: 'Send a test to team-shop' }).click();
    await page.getByText('404 no such channel').waitFor();
    await page.getByText('in 40 ms').waitFor();
    await page.getByText('The routing in force').click();
    await page.getByText('receiver: team').waitFor();
  });

  it('counts log lines over time by level', async () => {
    const { page } = await open(shopContent(Date.now()), '/logs?refresh=0');
    await page.getByText('60 lines in this time').waitFor();
    const histogram = page.getByRole('img', { name: /60 lines over time/ });
    await histogram.locator('.recharts-bar-rectangle').first().waitFor();
    assert.match((await histogram.getAttribute('aria-label')) ?? '', /15 error, 15 warn, 15 info, 15 debug/);
    await page.getByLabel('Level').selectOption('error');
    await page.getByText('15 lines in this time').waitFor();
  });

  it('browses metrics by text, layer and size, and shows one with its labels and users', async () => {
    const { page } = await open(shopContent(Date.now()), '/catalogue?refresh=0');
    await page.getByLabel('Text in name or description').fill('orders');
    await page.getByRole('button', { name: 'shop_orders_total' }).click();
    const detail = page.getByRole('region', { name: 'shop_orders_total' });
    await detail.getByText('used by the rules CheckoutFailing').waitFor();
    await detail.getByRole('cell', { name: 'payment' }).first().waitFor();
    await detail.locator('.chart canvas').waitFor();
    assert.match(page.url(), /metric=shop_orders_total/);
    await page.getByRole('region', { name: 'Cardinality' }).getByText('job=shop').waitFor();
  });

  it('shows what Tocsin holds and how long', async () => {
    const { page } = await open(shopContent(Date.now()), '/system?refresh=0');
    await page.getByText('raw=15d,5m=90d').waitFor();
    await page.getByRole('region', { name: 'Slowest rules' }).getByText('ReturnsMany').waitFor();
    await page.getByRole('region', { name: 'Samples sent by agents' }).locator('canvas').waitFor();
  });

  it('says that nobody is told yet, and what to do, instead of a receiver that is none', async () => {
    const content = shopContent(Date.now());
    content.receivers = ['not-configured'];
    content.notifications = { configured: false, notifications: [] };
    const { page } = await open(content, '/alerts?tab=receivers');
    await page.getByText('Nobody is told yet.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Send a test' }).count(), 0);
  });

  it('lists what was asked by whom, the slowest first when asked to, and explains it', async () => {
    const { page } = await open(shopContent(Date.now()), '/system?refresh=0');
    const log = page.getByRole('region', { name: 'Queries', exact: true });
    const rows = log.locator('tbody').getByRole('row');
    const textOf = async (part: string) => (await rows.filter({ hasText: part }).first().textContent()) ?? '';
    await rows.first().waitFor();
    assert.match(await textOf('count(up)'), /–.*curl.*running/);
    assert.match(
      await textOf('sum by (payment)'),
      /4\.3K of 12 series.*\/dashboards\/shop.*10\.0\.0\.7.*answered/,
    );
    assert.match(await textOf('up + on() up'), /–.*rules.*failed/);
    await log.getByRole('button', { name: /Show more of 16/ }).click();
    await until(async () => (await rows.count()) === 16);

    await log.getByRole('button', { name: 'Took' }).click();
    await page.waitForURL(/queries=slowest/);
    await log
      .getByRole('columnheader', { name: 'Took' })
      .and(page.locator('[aria-sort="descending"]'))
      .waitFor();
    assert.match((await rows.first().textContent()) ?? '', /histogram_quantile.*slow.*Grafana/);
    await log.getByLabel('Asked by').selectOption('rules');
    await page.waitForURL(/askedby=rules/);
    await until(async () => (await rows.count()) === 13);
    await log.getByLabel('Asked by').selectOption('');

    const slow = rows.first();
    await slow.getByRole('button', { name: 'Why is it slow?' }).click();
    await log.getByText('Asked once more').waitFor();
    await slow.getByRole('link').click();
    await page.waitForURL(/explore.*expr=histogram_quantile/);
  });

  it('says so when the aggregator does not tell what it is asked', async () => {
    const { page } = await open({ ...shopContent(Date.now()), asked: null }, '/system?refresh=0');
    await page.getByText('The aggregator does not tell what it is asked.').waitFor();
  });

  it('says so when there is no such page', async () => {
    const { page } = await open(shopContent(Date.now()), '/alerts/nothing/here');
    await page.getByText('There is no such page').waitFor();
  });

  it('shares what is shown by a link, a picture and a kiosk', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/explore?refresh=0&expr=up');
    await page.locator('.chart canvas').waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    const link = page.getByLabel('Link', { exact: true });
    await link.and(page.locator(':focus')).waitFor();
    await link.waitFor();
    assert.match(await link.inputValue(), /\/explore\?.*from=.*to=.*expr=up/);
    await page.getByLabel('to exactly this time').uncheck({ force: true });
    assert.equal(await link.inputValue(), `${stage.url}/explore?refresh=0&expr=up`);
    await page.getByRole('button', { name: 'Shorten' }).click();
    await until(async () => /\/s\/[\w-]{10}$/.test(await link.inputValue()));
    const short = await link.inputValue();
    await page.getByRole('button', { name: 'Kiosk' }).click();
    await page.locator('.header').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.header').waitFor();
    const followed = await visit(short);
    await followed.waitForURL(/\/explore\?refresh=0&expr=up/);
    const picture = await page.getByRole('link', { name: 'A picture of up' }).getAttribute('href');
    const answer = await fetch(stage.url + picture);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    await answer.arrayBuffer();
  });
});
