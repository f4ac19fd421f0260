import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createAgent } from '@tocsin/agent/library.ts';
import { startBrowser } from '@tocsin/dashboard/browser/browser.ts';
import { queryLogs, queryVector, writeSample } from '../stack/clients.ts';
import { eventually } from '../stack/eventually.ts';
import { type Mailbox, openMailbox } from '../stack/mailbox.ts';
import type { PART_NAMES } from '../stack/processes.ts';
import { type Stack, startStack } from '../stack/stack.ts';

const RULES = `
groups:
  - name: e2e
    interval: 1s
    rules:
      - alert: QueueTooLong
        expr: e2e_queue_length > 100
        labels:
          severity: critical
        annotations:
          summary: 'Queue {{ $labels.queue }} holds {{ $value }} messages'
          runbook_url: https://runbooks.example.org/queue-too-long
`;

function routing(smtpPort: number): string {
  return `
global:
  smtp_smarthost: 127.0.0.1:${smtpPort}
  smtp_from: tocsin@example.org
  smtp_require_tls: false
route:
  receiver: nobody
  group_by: [alertname, queue]
  group_wait: 0s
  group_interval: 1s
  routes:
    - receiver: ops
      matchers: [ 'alertname = QueueTooLong' ]
receivers:
  - name: nobody
  - name: ops
    email_configs:
      - to: oncall@example.org
        send_resolved: true
`;
}

/** The whole way, from the agent's first metric to the resolved mail. `meanwhile` runs between the stations. */
async function walkTheLine(
  stack: Stack,
  mailbox: Mailbox,
  meanwhile: (station: string) => Promise<void>,
): Promise<void> {
  const { aggregator, dashboard } = stack.urls;

  // The host agent's own metrics are there without anything configured.
  const load = await eventually('node_load1 in PromQL', async () => {
    const vector = await queryVector(aggregator, 'node_load1');
    return vector.length > 0 ? vector : undefined;
  });
  assert.equal(load[0]!.metric['layer'], 'system');
  await meanwhile('metrics');

  // A service writes a line with pino through the library, and counts an order.
  const service = createAgent({ service: 'e2e-service', url: aggregator });
  const orders = service.counter({
    name: 'e2e_orders_total',
    help: 'Orders of the test.',
    layer: 'business',
  });
  orders.inc(3);
  service.logger().error({ order: 4711 }, 'payment refused: needle-in-haystack');
  service.logger().info('nothing of note');
  await service.flush();
  await meanwhile('library');
  const lines = await eventually('the log line', async () => {
    const found = await queryLogs(aggregator, '{service_name="e2e-service", level="error"} |= "needle"');
    return found.length > 0 ? found : undefined;
  });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!.line, /payment refused: needle-in-haystack/);
  const counted = await eventually('the business metric', async () => {
    const vector = await queryVector(aggregator, 'e2e_orders_total{service="e2e-service"}');
    return vector.length > 0 ? vector : undefined;
  });
  assert.equal(counted[0]!.value[1], '3');
  assert.equal(counted[0]!.metric['layer'], 'business');
  await service.shutdown();

  // A threshold is crossed by samples from remote write.
  const series = { __name__: 'e2e_queue_length', queue: 'mails <b>&', layer: 'usage' };
  let length = 250;
  const write = () => writeSample(aggregator, series, length);
  await write();
  const keepWriting = setInterval(() => void write().catch(() => undefined), 500);
  try {
    await meanwhile('crossed');
    const firing = await mailbox.awaitMail('firing', (mail) => /FIRING/.test(mail.subject ?? ''));
    const text = firing.text ?? '';
    const html = firing.html ?? '';
    assert.equal(firing.to?.[0]?.address, 'oncall@example.org');
    assert.match(text, /Queue mails <b>& holds 250 messages/);
    assert.match(text, /severity.*critical/);
    assert.match(text, /queue.*mails <b>&/);
    assert.match(text, /https:\/\/runbooks\.example\.org\/queue-too-long/);
    assert.ok(text.includes(dashboard), 'the mail links to the page');
    assert.match(html, /Queue mails &lt;b&gt;&amp; holds 250 messages/);
    assert.ok(html.includes('href="https://runbooks.example.org/queue-too-long"'));
    const graph = /href="([^"]*g0\.expr=[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(graph, 'a link to the graph');
    assert.ok(graph.startsWith(dashboard), graph);
    assert.equal((await fetch(graph)).status, 200);

    // The same alert on the page, in a real browser.
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(dashboard);
      await page.getByText('Queue mails <b>& holds 250 messages').first().waitFor({ timeout: 30_000 });
      assert.deepEqual(complaints, []);
    } finally {
      await browser.close();
    }
    await meanwhile('seen');

    length = 5;
    const resolved = await mailbox.awaitMail(
      'resolved',
      (mail) => /RESOLVED/.test(mail.subject ?? ''),
      60_000,
    );
    assert.match(resolved.text ?? '', /QueueTooLong/);
  } finally {
    clearInterval(keepWriting);
  }
}

describe('from a fresh start to a page in an inbox', () => {
  const closers: (() => Promise<void>)[] = [];
  after(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function begin(): Promise<{ stack: Stack; mailbox: Mailbox }> {
    const mailbox = await openMailbox();
    closers.push(mailbox.close);
    const files = {
      'tocsin.yaml': 'rules: [rules.yml]\nlog_level: warn\n',
      'rules.yml': RULES,
      'alertmanager.yml': routing(mailbox.port),
    };
    const stack = await startStack({ files });
    closers.push(stack.remove);
    return { stack, mailbox };
  }

  it('works from an empty data directory', { timeout: 150_000 }, async () => {
    const { stack, mailbox } = await begin();
    await walkTheLine(stack, mailbox, async () => undefined);
    assert.deepEqual(
      mailbox.mails.map((mail) => /FIRING|RESOLVED/.exec(mail.subject ?? '')?.[0]),
      ['FIRING', 'RESOLVED'],
      'each mail once',
    );
    assert.equal(await stack.stop(), 0, stack.output());
  });

  it('works with each part killed on the way', { timeout: 170_000 }, async () => {
    const { stack, mailbox } = await begin();
    const kills: Partial<Record<string, readonly (typeof PART_NAMES)[number][]>> = {
      metrics: ['agent'],
      library: ['aggregator'],
      crossed: ['alerting'],
      seen: ['dashboard', 'alerting'],
    };
    await walkTheLine(stack, mailbox, async (station) => {
      for (const part of kills[station] ?? []) await stack.killAndAwait(part);
    });
    // A kill between the server's acceptance and our record of it may repeat that one send, with the same key.
    const ids = new Map(
      mailbox.mails.map((mail) => [mail.messageId, /FIRING|RESOLVED/.exec(mail.subject ?? '')?.[0]]),
    );
    assert.deepEqual([...ids.values()], ['FIRING', 'RESOLVED']);
    assert.equal(await stack.stop(), 0, stack.output());
  });
});
