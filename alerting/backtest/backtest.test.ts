import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { loadRuleFile } from '@tocsin/rules/rule-file/load-rule-file.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { createNights } from '../history/nights.ts';
import type { RangeQuery } from '../history/range-query.ts';
import { defaultRouting } from '../routing/default-routing.ts';
import { loadRouting } from '../routing/load-routing.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import { createRoutingFolder } from '../testing/routing-file.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';
import { runBacktest } from './run-backtest.ts';
import { createVirtualClock } from './virtual-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2026, 0, 5);

/** What holds when: instances by the minutes, from the start, between which they do. */
type Past = Readonly<Record<string, readonly (readonly [fromMinute: number, toMinute: number])[]>>;

/** Answers as an aggregator would, for each expression of its own past. */
function pastQuery(pasts: Readonly<Record<string, Past>>, asked: string[] = []): RangeQuery {
  return async ({ expression, fromMs, toMs, stepMs }) => {
    asked.push(expression);
    return Object.entries(pasts[expression] ?? {}).map(([instance, spans]) => {
      const times: number[] = [];
      for (let timeMs = fromMs; timeMs <= toMs; timeMs += stepMs) {
        const minute = (timeMs - FROM_MS) / MINUTE_MS;
        if (spans.some(([from, to]) => minute >= from && minute < to)) times.push(timeMs);
      }
      return {
        labels: labelsFromObject({ __name__: 'm', instance }),
        timesMs: Float64Array.from(times),
        values: Float64Array.from(times, () => 1),
      };
    });
  };
}

const RULES = `groups:
  - name: g
    interval: 1m
    rules:
      - { alert: Down, expr: down, for: 5m, labels: { severity: page } }
      - { alert: Slow, expr: slow, labels: { severity: ticket } }
`;
const ROUTING = `
route:
  receiver: team
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - { matchers: ['severity="page"'], receiver: pager }
    - { matchers: ['severity="ticket"'], receiver: team, active_time_intervals: [day] }
inhibit_rules:
  - { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'], equal: [instance] }
time_intervals:
  - { name: day, time_intervals: [{ times: [{ start_time: '08:00', end_time: '18:00' }] }] }
receivers:
  - { name: team, webhook_configs: [{ url: 'http://team/', send_resolved: false }] }
  - { name: pager, webhook_configs: [{ url: 'http://pager/' }] }
`;

const folders: { remove(): void }[] = [];
const stages: Stage[] = [];
after(async () => {
  for (const folder of folders) folder.remove();
  await Promise.all(stages.map((stage) => stage.end()));
});

async function routingOf(text: string) {
  const folder = createRoutingFolder({
    send: () => Promise.reject(new Error('no network')),
    close: () => undefined,
  });
  folders.push(folder);
  folder.write('alertmanager.yml', text);
  return await loadRouting(systemDisk, folder.path('alertmanager.yml'));
}

async function backtest(
  pasts: Readonly<Record<string, Past>>,
  changes: Partial<Parameters<typeof runBacktest>[0]> = {},
  asked: string[] = [],
) {
  return await runBacktest(
    {
      groups: loadRuleFile('r.yml', RULES),
      routing: await routingOf(ROUTING),
      fromMs: FROM_MS,
      toMs: FROM_MS + 3 * DAY_MS,
      stepMs: null,
      timeZone: 'UTC',
      defaultIntervalMs: 15_000,
      externalUrl: 'http://tocsin.test',
      ...changes,
    },
    { query: pastQuery(pasts, asked), random: createSeededRandom(1), signal: new AbortController().signal },
  );
}

describe('a backtest', () => {
  it('tells alerts, messages and nights', async () => {
    const report = await backtest({
      // Three minutes are too short; then nine hours from 23:00 on; a day later still at the end.
      down: {
        a: [
          [60, 63],
          [23 * 60, 32 * 60],
        ],
        b: [[70 * 60, 80 * 60]],
      },
    });
    const [down, slow] = report.rules;
    assert.deepEqual([down!.fired, down!.dropped, slow!.fired], [2, 1, 0]);
    // Evaluated within the minute in which it ended, at the group's own second.
    assert.ok(Math.abs(down!.longestSeconds - 9 * 3_600 + 300) <= 60, `${down!.longestSeconds}`);
    const [first, last] = down!.alerts;
    assert.equal(first!.labels['instance'], 'a');
    assert.equal(Date.parse(first!.firedAt) - Date.parse(first!.pendingAt), 5 * MINUTE_MS);
    assert.equal(last!.resolvedAt, null);
    // One, two repeats, resolved; one more for b.
    assert.deepEqual(
      report.messages.map(({ receiver, status, reason }) => `${receiver} ${status}: ${reason}`),
      [
        'pager firing: first notification',
        'pager firing: repeat interval elapsed',
        'pager firing: repeat interval elapsed',
        'pager resolved: all alerts resolved',
        'pager firing: first notification',
      ],
    );
    assert.deepEqual(down!.messages, { pager: 5 });
    assert.deepEqual(
      report.receivers.find(({ name }) => name === 'pager'),
      { name: 'pager', messages: 5, firing: 4, repeats: 2, atNight: 3, nightsDisturbed: 2, nights: 4 },
    );
  });

  it('inhibits and mutes as the routes say, and keeps resolved ones from whom they are not for', async () => {
    const inhibited = await backtest({
      down: { a: [[9 * 60, 12 * 60]] },
      slow: { a: [[9 * 60 + 10, 12 * 60]], b: [[10 * 60, 11 * 60]], c: [[20 * 60, 21 * 60]] },
    });
    const team = inhibited.messages.filter(({ receiver }) => receiver === 'team');
    assert.deepEqual(
      team.map(({ at, status }) => [at.slice(11, 13), status]),
      [['10', 'firing']],
    );
    assert.equal(inhibited.rules[1]!.fired, 3);
  });

  it('asks each expression once for each day, and nothing of templates', async () => {
    const asked: string[] = [];
    const groups = loadRuleFile(
      'r.yml',
      `groups: [{ name: g, interval: 1m, rules: [{ alert: Down, expr: down, annotations: { x: '{{ query "other" }}' } }] }]`,
    );
    await backtest({ down: { a: [[0, 10]] } }, { groups }, asked);
    assert.deepEqual(asked, ['down', 'down', 'down']);
  });

  it('says of a rule what is wrong with it, and goes on with the others', async () => {
    const routing = await routingOf(ROUTING);
    const query = pastQuery({ slow: { a: [[600, 660]] } });
    const report = await runBacktest(
      {
        groups: loadRuleFile('r.yml', RULES),
        routing,
        fromMs: FROM_MS,
        toMs: FROM_MS + DAY_MS,
        stepMs: null,
        timeZone: 'UTC',
        defaultIntervalMs: 15_000,
        externalUrl: '',
      },
      {
        query: async (question) => {
          if (question.expression === 'down') throw new Error('too many samples');
          return await query(question);
        },
        random: createSeededRandom(1),
        signal: new AbortController().signal,
      },
    );
    assert.deepEqual(
      report.rules.map(({ error, fired }) => [error, fired]),
      [
        ['too many samples', 0],
        [null, 1],
      ],
    );
  });

  it('ends when nobody waits for it', async () => {
    const controller = new AbortController();
    const work = runBacktest(
      {
        groups: loadRuleFile('r.yml', RULES),
        routing: defaultRouting(),
        fromMs: 0,
        toMs: DAY_MS,
        stepMs: null,
        timeZone: 'UTC',
        defaultIntervalMs: 15_000,
        externalUrl: '',
      },
      {
        query: async () => {
          controller.abort(new Error('gone'));
          return [];
        },
        random: createSeededRandom(1),
        signal: controller.signal,
      },
    );
    await assert.rejects(work, /gone/);
  });

  it('sends what alerting itself would have sent, whatever happened (property)', async () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 170 }), fc.integer({ min: 1, max: 60 }))
      .map(([from, length]): readonly [number, number] => [from, from + length]);
    const past = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.array(span, { maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(past, past, async (down, slow) => {
        const pasts = { down, slow };
        const report = await backtest(pasts, { toMs: FROM_MS + 4 * HOUR_MS });
        // The same past, lived through minute by minute.
        const stage = createStage({ 'a.rules.yml': RULES, 'alertmanager.yml': ROUTING }, FROM_MS - 1);
        stages.push(stage);
        const at = pastQuery(pasts);
        stage.http.handler = async (request) => {
          if (request.url.endsWith('/query_batch')) return httpAnswer(404, '');
          if (!request.url.endsWith('/api/v1/query')) return null;
          const form = new URLSearchParams(String(request.body));
          const timeMs = Math.round(Number(form.get('time')) * 1_000);
          const question = {
            expression: form.get('query')!,
            fromMs: timeMs,
            toMs: timeMs,
            stepMs: 1,
            timeoutMs: 1,
          };
          const result = (await at(question)).flatMap(({ labels, timesMs }) =>
            timesMs.length === 0 ? [] : [{ metric: { instance: labels[3]! }, value: [0, '1'] }],
          );
          return httpAnswer(
            200,
            JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }),
          );
        };
        await stage.start();
        await stage.clock.advance(4 * HOUR_MS);
        const lived = stage.http.posted.map(({ url, body }) => {
          const { status, alerts } = body as {
            status: string;
            alerts: readonly { labels: Record<string, string> }[];
          };
          return `${new URL(url).hostname} ${status} ${[...new Set(alerts.map(({ labels }) => labels['alertname']))]}`;
        });
        await stage.part.stop();
        assert.deepEqual(
          report.messages.map(({ receiver, status, alerts }) => `${receiver} ${status} ${alerts}`).sort(),
          lived.sort(),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('nights', () => {
  it('are from 22:00 to 07:00 of a time zone, named by the day they begin', () => {
    const nights = createNights('Europe/Berlin');
    const at = (text: string) => nights.nightOf(Date.parse(text));
    assert.equal(at('2026-01-05T20:59:00Z'), null);
    assert.equal(at('2026-01-05T21:00:00Z'), '2026-01-05');
    assert.equal(at('2026-01-06T05:59:00Z'), '2026-01-05');
    assert.equal(at('2026-01-06T06:00:00Z'), null);
    // Summer time begins in the night of 28 March.
    assert.equal(at('2026-03-29T01:30:00Z'), '2026-03-28');
    assert.equal(nights.count(FROM_MS, FROM_MS + 3 * DAY_MS), 4);
    assert.throws(() => createNights('Mars/Base'), RangeError);
  });
});

describe('the virtual clock', () => {
  it('fires as the simulated one does, whatever is planned and cancelled (property)', async () => {
    const plan = fc.array(
      fc.record({
        delay: fc.integer({ min: 1, max: 50 }),
        again: fc.integer({ min: 0, max: 30 }),
        cancels: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (timers) => {
        const run = async (
          clock: ReturnType<typeof createSimulatedClock> | ReturnType<typeof createVirtualClock>,
        ) => {
          const fired: string[] = [];
          const planned = timers.map(({ delay, again }, i) =>
            clock.setTimeout(() => {
              fired.push(`${i} at ${clock.now()}`);
              if (again > 0) clock.setTimeout(() => void fired.push(`${i} again at ${clock.now()}`), again);
            }, delay),
          );
          clock.setTimeout(() => {
            for (const [i, { cancels }] of timers.entries()) if (cancels) planned[i]!.cancel();
          }, 25);
          const every = clock.setInterval(() => void fired.push(`every at ${clock.now()}`), 7);
          if ('runUntil' in clock) await clock.runUntil(60);
          else await clock.advance(60);
          every.cancel();
          // Which of two at one moment comes first nobody promises.
          return fired.sort();
        };
        assert.deepEqual(await run(createVirtualClock(0)), await run(createSimulatedClock(0)));
      }),
    );
  });
});
