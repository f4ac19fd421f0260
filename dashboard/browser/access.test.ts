import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import axe from 'axe-core';
import { emptyContent, shopContent } from './shop-content.ts';
import { until, useVisits } from './visits.ts';

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}
const axeOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };

const pagesToCheck = [
  ['/explore?expr=up', '.chart canvas'],
  ['/explore?expr=up&view=table', 'table'],
  ['/explore?expr=up&view=explained', '.explained'],
  ['/explore?expr=up&view=alert', '.alert-draft'],
  ['/alerts', '.alert'],
  ['/alerts?tab=rules', '.rule'],
  ['/alerts?tab=silences&silence={"service":"shop"}', '.silence-matched'],
  ['/alerts?tab=receivers', '.card'],
  ['/alerts/why/abc123', '.why-steps'],
  ['/logs', '.log-row'],
  ['/catalogue?metric=shop_orders_total', '.metric-detail canvas'],
  ['/system', '.chart canvas'],
  ['/dashboards', '.card'],
  ['/dashboards/shop', '.board .chart canvas'],
  ['/dashboards/shop/edit', '.cm-line'],
  ['/explore?expr=up&view=panel', '.panel .chart canvas'],
] as const;

const someDashboard = `title: Shop
variables: [{ name: payment, values_of: payment, multi: true, all: true }]
panels:
  - { draw: timeseries, title: Orders, queries: [shop_orders_total] }
  - { draw: stat, title: Carts, queries: [shop_open_carts] }
  - { draw: gauge, title: Full, queries: [disk_ratio] }
  - { draw: bar, title: Bars, queries: [sum by (payment) (shop_orders_total)] }
  - { draw: table, title: Table, queries: [sum by (payment) (shop_orders_total)] }
  - { draw: heatmap, title: Heat, queries: ['sum by (le) (rate(a_bucket[$window]))'] }
  - { draw: slo, title: Objective, errors: 'rate(a[$span])', total: 'rate(b[$span])', objective: 0.9 }
  - { draw: text, title: Text, markdown: '[a link](https://example.org)' }
`;

const serious = (violations: readonly Finding[]): readonly string[] =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`)
          .slice(0, 3)
          .join('\n')}`,
    );

describe('the page for everyone, in Chromium', () => {
  const { open, charts, overflow } = useVisits();

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
      assert.deepEqual(serious(findings.violations), [], `${colorScheme} ${viewport.width}`);
    }
  });

  it('has no serious accessibility finding on any page', async () => {
    const content = shopContent(Date.now());
    const { page, stage } = await open(content, '/explore', { width: 1440, height: 900 });
    await writeFile(join(stage.dashboards, 'shop.yml'), someDashboard);
    for (const [path, ready] of pagesToCheck) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.goto(stage.url + path);
        await page.locator(ready).first().waitFor();
        const findings = await page.evaluate<{ violations: Finding[] }>(
          `${axe.source}; axe.run(document, ${JSON.stringify(axeOptions)})`,
        );
        assert.deepEqual(serious(findings.violations), [], `${path} ${colorScheme}`);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await until(async () => (await overflow(page)) === 0);
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });

  it('reaches every page and asks a question with the keyboard alone', async () => {
    const { page } = await open(shopContent(Date.now()), '/?refresh=0');
    await page.locator('a.skip').waitFor({ state: 'attached' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(async () => (await page.evaluate('document.activeElement.id')) === 'main');
    await page.goto(page.url().replace('#main', ''));
    await page.getByRole('link', { name: 'Explore', exact: true }).first().waitFor();
    const isOn = (name: string) =>
      page.evaluate<boolean>(`document.activeElement.textContent === ${JSON.stringify(name)}`);
    for (let presses = 0; presses < 10 && !(await isOn('Explore')); presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const editor = page.getByRole('textbox', { name: 'PromQL expression' });
    await editor.waitFor();
    const isEditing = () => page.evaluate<boolean>('document.activeElement.closest(".cm-editor") !== null');
    for (let presses = 0; presses < 40 && !(await isEditing()); presses++) await page.keyboard.press('Tab');
    await page.keyboard.type('vector(1)');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/expr=vector/);
    await page.locator('.chart canvas').waitFor();
    // The editor lets go of the focus: whoever tabs into it can tab out again.
    await page.keyboard.press('Tab');
    assert.equal(await isEditing(), false);
  });
});
