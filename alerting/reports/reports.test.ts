import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import fc from 'fast-check';
import { createThreadDrawer } from '../graph/thread-drawer.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import { startMailServer } from '../testing/mail-server.ts';
import { createStage } from '../testing/stage.case.ts';
import { cronSchedule } from './cron-schedule.ts';
import { cronExpression, lastPeriod } from './period.ts';
import type { ReportConfig } from './report-config.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const config = (changes: Partial<ReportConfig> = {}): ReportConfig => ({
  every: 'day',
  at: '08:00',
  timeZone: 'UTC',
  receiver: 'ops',
  title: 'Alerts <of> ours',
  graphs: [{ title: 'Orders & more', expression: 'sum(rate(orders_total[5m]))' }],
  ...changes,
});

describe('the period of a report', () => {
  const period = (every: ReportConfig['every'], at: string, timeZone: string, now: string) => {
    const { name, fromMs, toMs, dueMs } = lastPeriod({ every, at, timeZone }, Date.parse(now));
    return [name, ...[fromMs, toMs, dueMs].map((timeMs) => new Date(timeMs).toISOString().slice(0, 16))];
  };

  it('is the last whole day, week or month of the calendar', () => {
    assert.deepEqual(period('day', '08:00', 'UTC', '2026-03-01T10:00:00Z'), [
      '2026-02-28',
      '2026-02-28T00:00',
      '2026-03-01T00:00',
      '2026-03-01T08:00',
    ]);
    // A Wednesday.
    assert.deepEqual(period('week', '07:30', 'UTC', '2026-01-07T10:00:00Z'), [
      '2025-12-29',
      '2025-12-29T00:00',
      '2026-01-05T00:00',
      '2026-01-05T07:30',
    ]);
    // Summer time began on the 29th.
    assert.deepEqual(period('month', '08:00', 'Europe/Berlin', '2026-04-01T06:30:00Z'), [
      '2026-03-01',
      '2026-02-28T23:00',
      '2026-03-31T22:00',
      '2026-04-01T06:00',
    ]);
    assert.deepEqual(
      (['day', 'week', 'month'] as const).map((every) => cronExpression({ every, at: '08:05' })),
      ['5 8 * * *', '5 8 * * 1', '5 8 1 * *'],
    );
  });

  it('lies before now, and periods follow each other without gaps (property)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('day', 'week', 'month'),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Auckland'),
        fc.integer({ min: 1e12, max: 2e12 }),
        (every, timeZone, nowMs) => {
          const of = (timeMs: number) => lastPeriod({ every, at: '08:00', timeZone }, timeMs);
          const { fromMs, toMs } = of(nowMs);
          assert.ok(fromMs < toMs && toMs <= nowMs && nowMs - toMs <= 32 * DAY_MS);
          assert.equal(of(toMs - 1).toMs, fromMs);
          assert.deepEqual(of(toMs), of(nowMs));
        },
      ),
    );
  });
});

describe('reports', () => {
  const ends: (() => Promise<void>)[] = [];
  after(() => Promise.all(ends.map((end) => end())));

  /** Alerting at noon of a Monday, with a report that `call` makes due, as cron would. */
  async function stageWith(reports: readonly ReportConfig[], smtpPort: number) {
    const stage = createStage(
      {
        'a.rules.yml': `groups: [{ name: g, interval: 5m, rules: [{ alert: Down, expr: up == 0, labels: { severity: page } }, { alert: Dead, expr: nothing }] }]`,
        'alertmanager.yml': `
global: { smtp_smarthost: '127.0.0.1:${smtpPort}', smtp_from: tocsin@example.org, smtp_require_tls: false }
route: { receiver: hook, group_wait: 1s }
receivers:
  - { name: hook, webhook_configs: [{ url: 'http://hook/' }] }
  - { name: ops, email_configs: [{ to: ops@example.org, headers: { Subject: never } }] }
`,
      },
      Date.UTC(2026, 0, 5, 12),
    );
    ends.push(() => stage.end());
    const drawer = createThreadDrawer(systemClock);
    ends.push(() => drawer.stop());
    stage.http.handler = (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/v1/series') {
        const found = String(request.body).includes('nothing') ? [] : [{}];
        return httpAnswer(200, JSON.stringify({ status: 'success', data: found }));
      }
      if (pathname !== '/api/v1/query_range') return null;
      const start = Number(new URLSearchParams(String(request.body)).get('start'));
      const values = Array.from({ length: 90 }, (_, i) => [start + i * 900, String(i % 7)]);
      const result = [{ metric: {}, values }];
      return httpAnswer(200, JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
    };
    const calls = new Map<string, () => void>();
    const schedule = async (expression: string, timeZone: string, action: () => void) => {
      calls.set(`${expression} ${timeZone}`, action);
      return () => void calls.delete(`${expression} ${timeZone}`);
    };
    await stage.start({ reports, schedule, drawer });
    return { stage, calls, restart: () => stage.start({ reports, schedule, drawer }) };
  }

  it('mail what fired, who was told and what can never fire, with graphs, once', async () => {
    const server = await startMailServer();
    ends.push(() => server.stop());
    const { stage, calls, restart } = await stageWith([config()], server.port);
    stage.http.results.set('up == 0', [{ labels: labelsFromObject({ instance: 'a' }), value: 0 }]);
    await stage.clock.advance(2 * HOUR_MS);
    stage.http.results.set('up == 0', []);
    await stage.clock.advance(17 * HOUR_MS);
    assert.equal(server.mails.length, 0);
    const due = calls.get('0 8 * * * UTC')!;
    due();
    await stage.clock.advance(1_000);
    assert.equal(server.mails.length, 0, 'not due yet');
    await stage.clock.advance(HOUR_MS);
    due();
    due();
    const arrived = async (count: number) => {
      // Drawn in a thread of its own, which the simulated clock does not move.
      for (let i = 0; i < 5_000 && server.mails.length < count; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await stage.clock.advance(1);
      }
      return server.mails.length;
    };
    assert.equal(await arrived(1), 1);
    const { mail } = server.mails[0]!;
    assert.equal(mail.subject, 'Alerts <of> ours: 5 Jan 2026');
    assert.match(mail.text!, /rule: Down, fired: 1, only pending: 0, in all: 2h/);
    assert.match(mail.text!, /rule: Dead, selector: nothing/);
    assert.match(mail.html!, /<h1[^>]*>Alerts &lt;of&gt; ours<\/h1>/);
    assert.deepEqual(
      mail.attachments.map(({ filename, disposition }) => [filename, disposition]),
      [
        ['Alerts-firing-at-once.png', 'inline'],
        ['Orders-more-2.png', 'inline'],
      ],
    );
    for (const { contentId, content } of mail.attachments) {
      assert.ok(mail.html!.includes(`cid:${contentId!.replace(/[<>]/g, '')}`));
      assert.equal(Buffer.from(content as ArrayBuffer).toString('latin1', 1, 4), 'PNG');
    }
    // Neither a second call nor a restart sends it again; the next day's is another.
    due();
    await stage.part.stop();
    await restart();
    await stage.clock.advance(2 * 60_000);
    calls.get('0 8 * * * UTC')!();
    await stage.clock.advance(60_000);
    assert.equal(server.mails.length, 1);
    // The next one was due while nothing ran.
    await stage.part.stop();
    await stage.clock.advance(25 * HOUR_MS);
    await restart();
    await stage.clock.advance(61_000);
    assert.equal(await arrived(2), 2);
    assert.equal(server.mails[1]!.mail.subject, 'Alerts <of> ours: 6 Jan 2026');
    const { data } = await stage.get<{ data: { receivers: { name: string; messages: number }[] } }>(
      '/api/tocsin/v1/quality?days=7',
    );
    assert.deepEqual(
      data.receivers.map(({ name, messages }) => [name, messages]),
      [
        ['hook', 2],
        ['ops', 0],
      ],
      'reports are no messages',
    );
  });

  it('of a receiver without a way to mail are counted as failed', async () => {
    const { stage, calls } = await stageWith([config({ receiver: 'hook' })], 1);
    await stage.clock.advance(21 * HOUR_MS);
    calls.get('0 8 * * * UTC')!();
    await stage.clock.advance(1_000);
    assert.equal(await stage.metric('tocsin_alerting_reports_total', { outcome: 'failed' }), 1);
  });

  it('are called by node-cron', async () => {
    let called = 0;
    const stop = await cronSchedule('* * * * * *', 'Europe/Berlin', () => {
      called++;
    });
    while (called === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    stop();
    await assert.rejects(cronSchedule('99 99 * * *', 'UTC', () => undefined));
  });
});
