import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../gate/chromium.ts';

/** The installed Chromium without anything that talks to the outside. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('Cannot open a browser: install chromium, or set CHROMIUM to its path');
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
