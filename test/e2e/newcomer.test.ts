import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startBrowser } from '@tocsin/dashboard/browser/browser.ts';
import { openMailbox } from '../stack/mailbox.ts';
import { startStack } from '../stack/stack.ts';

// Generous: a busy machine is no fault of the page.
const PATIENCE_MS = 90_000;

const routing = (smtpPort: number): string => `
global:
  smtp_smarthost: 127.0.0.1:${smtpPort}
  smtp_from: tocsin@example.org
  smtp_require_tls: false
route: { receiver: nobody, group_wait: 0s, group_interval: 1s, routes: [{ receiver: me, matchers: ['alertname = Orders'] }] }
receivers:
  - name: nobody
  - name: me
    email_configs: [{ to: me@example.org }]
`;

describe('a newcomer, in Chromium on a real stack', () => {
  it('instruments a service by the page’s words, sees it, makes a panel and an alert, and gets the mail', async () => {
    const mailbox = await openMailbox();
    const stack = await startStack({
      files: {
        'tocsin.yaml': 'ruler_api: true\nrules: []\nevaluation_interval: 1s\n',
        'alertmanager.yml': routing(mailbox.port),
      },
    });
    const browser = await startBrowser();
    let service: ChildProcess | undefined;
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(`${stack.urls.dashboard}/?refresh=5`);

      // The page says what to write; that is written, and nothing else.
      const business = page.locator('#business');
      await business.getByText('Three lines in a service of yours').waitFor();
      const code = await business.locator('.empty code, .empty pre').first().textContent();
      const use = /call (.+\(\)) wherever/.exec((await business.textContent()) ?? '')?.[1];
      assert.ok(code && use, 'the page shows code and how it is used');
      const library = pathToFileURL(join(import.meta.dirname, '../../agent/library.ts')).href;
      const file = join(stack.folder, 'service.ts');
      await writeFile(
        file,
        `${code.replace("'@tocsin/agent'", `'${library}'`)}\nsetInterval(() => { ${use}; }, 200);\n`,
      );
      service = spawn(process.execPath, [file], {
        env: { ...process.env, TOCSIN_URL: stack.urls.aggregator },
        stdio: 'ignore',
      });
      const panel = page.getByRole('region', { name: 'Orders', exact: true }).last();
      await panel.locator('.chart canvas').waitFor();

      // From the panel's query to a panel of one's own.
      await page.goto(`${stack.urls.dashboard}/explore?view=panel&expr=sum(rate(orders_total[1m]))`);
      await page.getByLabel('Title', { exact: true }).fill('My orders');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('Added to').waitFor();
      assert.match(await readFile(join(stack.folder, 'dashboards/my-orders.yml'), 'utf8'), /orders_total/);
      await page.getByRole('link', { name: 'my-orders' }).click();
      await page.getByRole('region', { name: 'My orders' }).locator('canvas').waitFor();

      // And to an alert, which is sent.
      await page.goto(`${stack.urls.dashboard}/explore?view=alert&expr=sum(orders_total)`);
      await page.getByLabel('Name', { exact: true }).fill('Orders');
      await page.getByLabel('this limit').fill('1');
      await page.getByLabel('for at least').fill('0s');
      await page.getByLabel('What the person who is told should read').fill('Orders are coming in');
      await page.getByRole('button', { name: 'Save the rule' }).click();
      await page.getByText('Saved: it is evaluated from now on.').waitFor();
      const mail = await mailbox.awaitMail(
        'of the orders',
        ({ subject }) => subject?.includes('Orders') === true,
        PATIENCE_MS,
      );
      assert.match(`${mail.subject} ${mail.text ?? ''} ${mail.html ?? ''}`, /Orders are coming in/);
    } finally {
      if (service !== undefined && service.exitCode === null) {
        service.kill();
        await once(service, 'exit');
      }
      await browser.close();
      await stack.remove();
      await mailbox.close();
    }
  });
});
