import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

const everyKind = `title: The shop
variables:
  - { name: payment, label: Payment, values_of: payment, multi: true, all: true }
  - { name: code, label: Code, values: ["200", "500"], default: "500" }
links:
  - { title: "About $code", url: "https://example.org/$code" }
annotations:
  - { title: Deploy, expr: "changes(build_info[5m])" }
panels:
  - { draw: timeseries, title: "Orders by $payment", queries: ['sum by (payment) (rate(shop_orders_total{payment=~"$payment"}[$window]))'] }
  - { draw: stat, title: Orders now, queries: [sum(shop_orders_total)] }
  - { draw: gauge, title: Carts, max: 50, queries: [sum(shop_open_carts)] }
sections:
  - title: Detail
    layer: business
    panels:
      - { draw: bar, title: By payment, queries: [{ expr: sum by (payment) (shop_orders_total), legend: "{{payment}}" }] }
      - { draw: table, title: Table, queries: [sum by (payment) (shop_orders_total)] }
      - { draw: heatmap, title: Heat, unit: seconds, queries: ["sum by (le) (rate(http_request_duration_seconds_bucket[$window]))"] }
      - { draw: logs, title: Lines, service: shop }
      - { draw: alerts, title: Alerts, labels: { service: shop } }
      - { draw: text, title: Text, markdown: "# Hello\\n**bold** <img src=x onerror=window.hacked=1> [bad](javascript:window.hacked=1)" }
      - { draw: slo, title: Objective, errors: "rate(bad_total[$span])", total: "rate(all_total[$span])", objective: 0.99 }
      - { draw: funnel, title: Funnel, queries: [{ expr: 'sum by (step) (increase(shop_checkout_steps_total[$range]))', legend: "{{step}}" }] }
      - { draw: stickiness, title: Stickiness, daily: shop_active_users, monthly: shop_active_users }
      - { draw: timeseries, title: "Only $code", repeat: payment, queries: ['up{payment="$payment"}'] }
`;

describe('dashboards as files, in Chromium', () => {
  const { open, visit, overflow } = useVisits();

  it('draws every kind of panel, with variables from the address', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    await page.getByText('There is none yet.').waitFor();
    await writeFile(join(stage.dashboards, 'shop.yml'), everyKind);
    await page.goto(`${stage.url}/dashboards/shop?refresh=0`);
    await page.getByRole('heading', { level: 1, name: 'The shop' }).waitFor();
    for (const [title, drawing] of [
      ['Orders by card, invoice, wallet', '.chart canvas'],
      ['Orders now', '.stat-value'],
      ['Carts', '.gauge svg'],
      ['By payment', '.recharts-bar-rectangle'],
      ['Table', 'td'],
      ['Heat', 'canvas'],
      ['Lines', '.log-row'],
      ['Alerts', '.alert'],
      ['Text', 'strong'],
      ['Objective', '.budget'],
      ['Funnel', '.recharts-bar-rectangle'],
      ['Stickiness', '.chart canvas'],
    ] as const) {
      const panel = page.getByRole('region', { name: title, exact: true }).first();
      await panel.scrollIntoViewIfNeeded();
      await panel.locator(drawing).first().waitFor();
    }
    assert.equal(
      await page.getByRole('region', { name: 'Only 500' }).count(),
      3,
      'repeated for each payment',
    );
    assert.equal(await page.evaluate('window.hacked'), undefined);
    assert.equal(
      await page.getByRole('link', { name: 'About 500' }).getAttribute('href'),
      'https://example.org/500',
    );

    const chosen = await visit(`${stage.url}/dashboards/shop?refresh=0&var-payment=card`);
    await chosen.getByRole('region', { name: 'Orders by card', exact: true }).waitFor();
    stage.aggregator.requests.length = 0;
    await chosen.getByLabel('Code').selectOption('200');
    await chosen.waitForURL(/var-code=200/);
    await chosen.getByRole('link', { name: 'About 200' }).waitFor();
    await chosen.setViewportSize({ width: 390, height: 844 });
    assert.equal(await overflow(chosen), 0);
  });

  it('draws texts in GitHub’s Markdown, and loads nothing from elsewhere for them', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    const text = `# Who is called
# not in the panel's own heading

| step | who | days |
| :-- | :-: | --: |
| 1 | <b>shop</b> | 5 |
| 2 | ~~ops~~ a@example.org | ${'x'.repeat(200)} |

- [x] written
- [ ] tried

See https://example.org/run and this[^1]. ![stolen](https://example.org/pixel.png) ![odd](//example.org/pixel.png)
![own](/icon.svg)

[^1]: A note.

\`\`\`sh
# a comment stays one
\`\`\`
`;
    const indented = text.replaceAll('\n', '\n      ');
    const panel = (title: string) =>
      `  - draw: text\n    title: ${title}\n    markdown: |\n      ${indented}\n`;
    await writeFile(
      join(stage.dashboards, 'texts.yml'),
      `title: Texts\npanels:\n${panel('One')}${panel('Two')}`,
    );
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(stage.url)) elsewhere.push(request.url());
    });
    await page.goto(`${stage.url}/dashboards/texts`);
    const one = page.getByRole('region', { name: 'One' });
    await one.getByRole('table').waitFor();
    assert.deepEqual(await one.getByRole('columnheader').allTextContents(), ['step', 'who', 'days']);
    assert.deepEqual(await one.getByRole('row').nth(1).getByRole('cell').allTextContents(), [
      '1',
      '<b>shop</b>',
      '5',
    ]);
    const inOne = async <T>(expression: string): Promise<T> =>
      await page.evaluate<T>(`((one) => ${expression})(document.querySelector('[aria-label=One]'))`);
    assert.equal(await inOne('getComputedStyle(one.querySelectorAll("td")[2]).textAlign'), 'right');
    assert.equal(await one.locator('del').textContent(), 'ops');
    assert.deepEqual(
      await inOne<boolean[]>('[...one.querySelectorAll("input")].map(({ checked }) => checked)'),
      [true, false],
    );
    for (const [name, address] of [
      ['https://example.org/run', 'https://example.org/run'],
      ['a@example.org', 'mailto:a@example.org'],
      ['stolen', 'https://example.org/pixel.png'],
      ['odd', '//example.org/pixel.png'],
    ] as const)
      assert.equal(await one.getByRole('link', { name, exact: true }).getAttribute('href'), address);
    assert.deepEqual(
      await inOne<string[]>('[...one.querySelectorAll("img")].map((image) => image.getAttribute("src"))'),
      ['/icon.svg'],
    );
    assert.equal(await one.locator('pre').textContent(), '# a comment stays one\n');
    assert.deepEqual(await one.locator('h3').allTextContents(), [
      'One',
      'Who is called',
      "not in the panel's own heading",
      'Footnotes',
    ]);
    const ids = await page.evaluate<string[]>(
      '[...document.querySelectorAll(".markdown [id]")].map(({ id }) => id)',
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(elsewhere, []);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await overflow(page), 0);
  });

  it('asks for what is in sight in one request, before the page is there, and goes on from it', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    const panels = ['alone', 'bad', 'together'].map(
      (name) => `  - { draw: timeseries, title: ${name}, queries: ['sum(${name})'] }\n`,
    );
    await writeFile(
      join(stage.dashboards, 'first.yml'),
      `title: First\ntime: { last: 6h, refresh: 5 }\npanels:\n${panels.join('')}`,
    );
    stage.content.failing = ['bad'];
    stage.aggregator.requests.length = 0;
    await page.goto(`${stage.url}/dashboards/first`);
    await page.waitForURL(/last=6h/);
    await page.getByRole('region', { name: 'together' }).locator('canvas').waitFor();
    await page.getByRole('region', { name: 'bad' }).getByText('query timed out').waitFor();
    const asked = (what: string) => stage.aggregator.requests.filter((line) => line.includes(what));
    assert.equal(asked('query_batch').length, 1);
    assert.equal(asked('together').length, 0, asked('together').join('\n'));
    assert.ok(asked('query_range?query=sum%28bad%29').length >= 1, 'its panel asks for what failed');
    // At the next refresh each asks for itself.
    await page.clock.fastForward(90_000);
    await until(async () => asked('query_range?query=sum%28together%29').length > 0);
    assert.equal(asked('query_batch').length, 1);
  });

  it('edits the file on the page, with its faults where they are, and loses no one’s change', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    await page.getByLabel('Title of a new dashboard').fill('My shop');
    await page.getByRole('button', { name: 'New dashboard' }).click();
    await page.waitForURL(/\/dashboards\/my-shop\/edit/);
    const file = join(stage.dashboards, 'my-shop.yml');
    await page.getByRole('region', { name: 'Preview' }).getByText('Series in memory').first().waitFor();

    await page.getByRole('textbox', { name: 'Dashboard file' }).click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.type(' of mine');
    await page.getByText('changed, not saved').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByRole('status').getByText('saved', { exact: true }).waitFor();
    assert.match(await readFile(file, 'utf8'), /^title: My shop of mine\n/);

    await page.keyboard.press('Enter');
    await page.keyboard.type('panles: []');
    await page.getByText(/Line 2: unknown key "panles".*did you mean "panels"/).waitFor();
    await page.locator('.cm-lint-marker-error').first().waitFor();
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
    for (let count = 0; count < 'panles: []'.length; count++) await page.keyboard.press('Backspace');
    await page.keyboard.type('description: new');

    await writeFile(file, 'title: Changed in an editor\n');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/was changed by someone else/).waitFor();
    assert.equal(await readFile(file, 'utf8'), 'title: Changed in an editor\n');
  });

  it('makes a panel of a question, in a dashboard that is there', async () => {
    const { page, stage } = await open(
      shopContent(Date.now()),
      '/explore?refresh=0&view=panel&expr=sum(rate(shop_orders_total[5m]))',
    );
    await writeFile(join(stage.dashboards, 'shop.yml'), '# mine\ntitle: Shop\npanels: []\n');
    await page.reload();
    await page.getByLabel('Title', { exact: true }).fill('Orders');
    await page.getByLabel('Drawn as').selectOption('stat');
    await page.getByLabel('Goes to').selectOption('shop');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Added to').waitFor();
    const text = await readFile(join(stage.dashboards, 'shop.yml'), 'utf8');
    assert.match(text, /^# mine\ntitle: Shop\npanels:\n {2}- draw: stat\n {4}title: Orders\n/);
    await page.getByRole('link', { name: 'shop', exact: true }).click();
    await page.getByRole('region', { name: 'Orders' }).locator('.stat-value').waitFor();
  });

  it('brings a dashboard from Grafana and lists what has no counterpart', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    const json = {
      title: 'Web',
      panels: [
        {
          type: 'timeseries',
          title: 'Orders',
          targets: [{ expr: 'rate(shop_orders_total[$__rate_interval])' }],
        },
        { type: 'geomap', title: 'Map' },
      ],
    };
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'From Grafana' }).click();
    await (await choosing).setFiles({
      name: 'Web.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(json)),
    });
    await page.getByText('panel "Map": the kind "geomap" has no counterpart').waitFor();
    await page.getByRole('region', { name: 'What was left out' }).getByRole('link', { name: 'web' }).click();
    await page.getByRole('region', { name: 'Orders' }).locator('.chart canvas').waitFor();
    assert.match(await readFile(join(stage.dashboards, 'web.yml'), 'utf8'), /\[\$window\]/);
  });

  it('shows what it can of a broken file, and names the line', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/dashboards?refresh=0');
    await writeFile(
      join(stage.dashboards, 'bad.yml'),
      'title: Bad\npanels:\n  - draw: stat\n    queries: ["sum("]\n',
    );
    await writeFile(join(stage.dashboards, 'worse.yml'), 'title: [\n');
    await page.reload();
    await page.getByText(/^bad\.yml:4: 1:5: parse error/).waitFor();
    await page.getByText(/^worse\.yml:\d: Cannot read YAML/).waitFor();
    await page.getByRole('link', { name: 'Bad', exact: true }).click();
    await page.getByText(/Line 4: 1:5: parse error/).waitFor();
    await until(async () => (await page.getByRole('heading', { level: 1, name: 'Bad' }).count()) === 1);
  });

  it('saves the first page as a dashboard to be arranged', async () => {
    const { page, stage } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.getByRole('button', { name: 'save this as a dashboard' }).click();
    await page.waitForURL(/\/dashboards\/overview\/edit/);
    const text = await readFile(join(stage.dashboards, 'overview.yml'), 'utf8');
    assert.match(text, /layer: business[\s\S]*layer: usage[\s\S]*layer: system/);
    await page.getByRole('region', { name: 'Preview' }).locator('.chart canvas').first().waitFor();
  });
});
