import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.ts';

// `npm run pictures`, while `npm run demo` runs: every page, light and dark, wide and narrow, as WebP for the documentation.
// Another stack's address and another folder can be given: `npm run pictures -- http://127.0.0.1:9700 /tmp/pictures`.
const [
  base = 'http://127.0.0.1:9700',
  folder = fileURLToPath(new URL('../../docs/images/pages', import.meta.url)),
] = process.argv.slice(2);
const orders = encodeURIComponent('sum by (route) (rate(http_request_duration_seconds_count[$window]))');
const pages = [
  ['overview', '/?last=15m', '.layer .chart canvas'],
  ['dashboard', '/dashboards/shop?last=15m', '.board canvas'],
  ['edit', '/dashboards/shop/edit?last=15m', '.edit-shown .stat-value'],
  ['explore', `/explore?last=15m&expr=${orders}`, '.chart canvas'],
  ['alert', `/explore?last=1h&view=alert&expr=${orders}`, '.alert-draft'],
  ['alerts', '/alerts', '.sheet'],
  ['rules', '/alerts?tab=rules', '.rule'],
  ['logs', '/logs?last=15m', '.log-row'],
  ['metrics', '/catalogue?metric=http_request_duration_seconds', '.metric-detail canvas'],
  ['system', '/system?last=15m', '.query-log'],
] as const;
const settleMs = 3000;
const quality = 0.72;

const demo = await fetch(`${base}/-/healthy`).catch(() => null);
if (demo === null || !demo.ok) {
  console.error(`Cannot take pictures: nothing answers at ${base}. Start it with: npm run demo`);
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const browser = await startBrowser();
try {
  const converter = await browser.newPage();
  for (const [name, viewport] of [
    ['desktop', { width: 1280, height: 860 }],
    ['phone', { width: 390, height: 800 }],
  ] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport, colorScheme });
      for (const [title, path, ready] of pages) {
        await page.goto(base + path);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(settleMs);
        const png = (await page.screenshot()).toString('base64');
        const webp = await converter.evaluate<string>(`(async () => {
          const image = new Image();
          image.src = 'data:image/png;base64,${png}';
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.width, image.height];
          canvas.getContext('2d').drawImage(image, 0, 0);
          return canvas.toDataURL('image/webp', ${quality}).split(',')[1];
        })()`);
        await writeFile(join(folder, `${title}-${name}-${colorScheme}.webp`), Buffer.from(webp, 'base64'));
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}
