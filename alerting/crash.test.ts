import assert from 'node:assert/strict';
import { it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import fc from 'fast-check';
import { createCrashingDatabase } from './testing/crashing-database.ts';
import { createStage, type Stage } from './testing/stage.case.ts';

const FILES = {
  'a.rules.yml': `groups:
  - { name: g, interval: 15s, rules: [{ alert: Down, expr: up == 0, for: 15s }] }
`,
  'alertmanager.yml': `route: { receiver: hook, group_by: [alertname], group_wait: 5s, group_interval: 30s, repeat_interval: 6h }
receivers: [{ name: hook, webhook_configs: [{ url: 'http://hook/' }] }]
`,
};

const STEP_MS = 150_000;
const SLICE_MS = 5_000;

const scenario = fc.array(
  fc.record(
    {
      down: fc.subarray(['a', 'b', 'c']),
      /** The process is killed at each of these writes, counted from its start. */
      crashes: fc.array(fc.record({ write: fc.integer({ min: 1, max: 14 }), after: fc.boolean() }), {
        maxLength: 3,
      }),
    },
    { noNullPrototype: true },
  ),
  { minLength: 2, maxLength: 6 },
);

interface Body {
  readonly alerts: readonly { readonly status: string; readonly labels: { readonly instance: string } }[];
}

/** Starts, and starts again while the start itself is killed. */
async function startUntilUp(stage: Stage, crashes: { write: number; after: boolean }[], count: () => void) {
  for (;;) {
    const crash = crashes.shift();
    const database = createCrashingDatabase(crash?.write ?? Number.POSITIVE_INFINITY, crash?.after ?? false);
    try {
      await stage.start({ openDatabase: database.open });
      return database;
    } catch (error) {
      assert.ok(database.dead, String(error));
      count();
      stage.abandon();
    }
  }
}

it('killed anywhere, it loses no page and repeats at most the one whose answer it did not record', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (steps) => {
      const stage = createStage(FILES);
      try {
        let deaths = 0;
        let database = await startUntilUp(stage, [], () => deaths++);
        const view = new Map<string, string>();
        const keys = new Map<string, number>();
        let repeats = 0;
        let seen = 0;
        for (const { down, crashes } of steps) {
          const result = down.map((instance) => ({ labels: labelsFromObject({ instance }), value: 0 }));
          stage.http.results.set('up == 0', result);
          const waiting = [...crashes];
          if (waiting.length > 0) {
            stage.abandon();
            deaths++;
            database = await startUntilUp(stage, waiting, () => deaths++);
          }
          for (let elapsedMs = 0; elapsedMs < STEP_MS; elapsedMs += SLICE_MS) {
            await stage.clock.advance(SLICE_MS);
            if (!database.dead) continue;
            stage.abandon();
            deaths++;
            database = await startUntilUp(stage, waiting, () => deaths++);
          }
          for (const { body, key } of stage.http.posted.slice(seen)) {
            const before = JSON.stringify([...view].sort());
            for (const { status, labels } of (body as Body).alerts) view.set(labels.instance, status);
            const known = keys.get(key) ?? 0;
            keys.set(key, known + 1);
            if (known > 0) repeats++;
            else
              assert.notEqual(
                JSON.stringify([...view].sort()),
                before,
                'a second message that says nothing new',
              );
          }
          seen = stage.http.posted.length;
          const firing = [...view].filter(([, status]) => status === 'firing').map(([instance]) => instance);
          assert.deepEqual(firing.sort(), [...down].sort(), 'what the receiver believes');
        }
        assert.ok(repeats <= deaths, `${repeats} repeats after ${deaths} deaths`);
      } finally {
        await stage.end();
      }
    }),
    { numRuns: 40 },
  );
});
