import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createStage } from '../testing/stage.case.ts';

const stage = createStage({});
before(() => stage.start());
after(() => stage.end());

const post = (path: string, body: string) =>
  fetch(stage.url(path), { method: 'POST', headers: { 'content-type': 'application/json' }, body });

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'alertname',
    '2026-01-02T03:04:05Z',
    '9999-99-99',
    '0001-01-01T00:00:00Z',
    '(',
    '.*',
  ),
);
const labels = fc.dictionary(text, fc.oneof(text, fc.constant(null), fc.integer()), { maxKeys: 5 });
const anything = fc.oneof(text, fc.integer(), fc.constant(null), fc.boolean(), labels);
const alert = fc.record(
  {
    labels: fc.oneof(labels, anything),
    annotations: fc.oneof(labels, anything),
    startsAt: anything,
    endsAt: anything,
    generatorURL: anything,
  },
  { requiredKeys: [] },
);
const silence = fc.record(
  {
    id: anything,
    matchers: fc.oneof(
      fc.array(
        fc.record(
          { name: text, value: text, isRegex: fc.boolean(), isEqual: fc.boolean() },
          { requiredKeys: [] },
        ),
      ),
      anything,
    ),
    startsAt: text,
    endsAt: text,
    createdBy: anything,
    comment: anything,
  },
  { requiredKeys: [] },
);

describe('whatever is posted', () => {
  const cases: readonly (readonly [path: string, body: fc.Arbitrary<string>])[] = [
    ['/api/v2/alerts', fc.array(alert, { maxLength: 4 }).map((value) => JSON.stringify(value))],
    ['/api/v2/alerts', fc.string({ unit: 'binary' })],
    ['/api/v2/silences', silence.map((value) => JSON.stringify(value))],
  ];
  for (const [path, body] of cases) {
    it(`${path} takes it or says what is wrong with it`, async () => {
      await fc.assert(
        fc.asyncProperty(body, async (value) => {
          const answer = await post(path, value);
          const said = await answer.text();
          assert.ok([200, 400, 404, 422].includes(answer.status), `${answer.status} ${said}`);
        }),
        { numRuns: 300 },
      );
    });
  }

  it('what was taken can be shown, and goes through the groups', async () => {
    for (const path of [
      '/api/v2/alerts',
      '/api/v2/alerts/groups',
      '/api/v2/silences',
      '/api/tocsin/v1/notifications',
      '/api/tocsin/v1/events',
    ]) {
      assert.equal((await fetch(stage.url(path))).status, 200, path);
    }
    await stage.clock.advance(600_000);
    assert.equal(await stage.metric('tocsin_alerting_flush_failures_total'), 0);
  });

  it('filters of any text are answered', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (filter, receiver) => {
        const query = new URLSearchParams({ filter, receiver: receiver.toWellFormed() });
        const answer = await fetch(stage.url(`/api/v2/alerts?${query}`));
        assert.ok([200, 400, 422].includes(answer.status), String(answer.status));
        await answer.arrayBuffer();
      }),
      { numRuns: 200 },
    );
  });
});
