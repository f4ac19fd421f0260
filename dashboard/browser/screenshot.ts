import { startBrowser } from './browser.ts';

// `node dashboard/browser/screenshot.ts URL FILE [light|dark] [WIDTHxHEIGHT]`: a picture of a running page, for the documentation.
const [url, path, scheme = 'light', size = '1440x1200'] = process.argv.slice(2);
const [width, height] = size.split('x').map(Number);
if (!url || !path || !width || !height || (scheme !== 'light' && scheme !== 'dark')) {
  console.error('usage: node dashboard/browser/screenshot.ts URL FILE [light|dark] [WIDTHxHEIGHT]');
  process.exit(2);
}
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
  await page.goto(url);
  await page.locator('.chart canvas').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path });
} finally {
  await browser.close();
}
