import assert from 'node:assert/strict';
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
