import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import fc from 'fast-check';
import type { StoredEvent } from '../store/store.ts';
import { httpAnswer } from '../testing/fake-http.ts';
import { createStage, type Stage } from '../testing/stage.case.ts';
import { firingsOf } from './firings.ts';
import { neverMatched, selectorsOf } from './never-matched.ts';
import type { QualityReport } from './quality-report.ts';

const RULES = `groups:
  - name: g
    interval: 1m
    rules:
      - { alert: Down, expr: up == 0, labels: { severity: page } }
      - { alert: Typo, expr: 'rate(htp_requests_total{code="500"}[5m]) > 1' }
      - { alert: Gone, expr: absent(heartbeat) }
`;
const ROUTING = `
route: { receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1m, repeat_interval: 1h }
receivers: [{ name: hook, webhook_configs: [{ url: 'http://hook/' }] }]
`;

const stages: Stage[] = [];
after(() => Promise.all(stages.map((stage) => stage.end())));

describe('the quality of alerts', () => {
  it('names what flaps, what can never fire, and whose nights are disturbed', async () => {
    // Five in the afternoon, so that the second half is night.
    const stage = createStage(
      { 'a.rules.yml': RULES, 'alertmanager.yml': ROUTING },
      Date.UTC(2026, 0, 5, 17),
    );
    stages.push(stage);
    const asked: string[] = [];
    let broken = false;
    stage.http.handler = (request) => {
      if (!request.url.endsWith('/api/v1/series')) return null;
      const selector = new URLSearchParams(String(request.body)).get('match[]')!;
      asked.push(selector);
      if (broken) return httpAnswer(503, '{}');
      return httpAnswer(200, JSON.stringify({ status: 'success', data: selector === 'up' ? [{}] : [] }));
    };
    await stage.start();
    for (let round = 0; round < 12; round++) {
      const fires = [{ labels: labelsFromObject({ __name__: 'up', instance: 'a' }), value: 0 }];
      stage.http.results.set('up == 0', round % 2 === 0 ? fires : []);
      await stage.clock.advance(30 * 60_000);
    }
    const { data } = await stage.get<{ data: QualityReport }>('/api/tocsin/v1/quality?days=1&time_zone=UTC');
    const down = data.rules[0]!;
    assert.deepEqual([down.name, down.fired, down.alerts, down.firingSeconds], ['Down', 6, 1, 6 * 1_800]);
    assert.equal(down.medianSeconds, 1_800);
    assert.deepEqual(
      down.flapping.map(({ labels, fired }) => [labels['instance'], fired]),
      [['a', 6]],
    );
    assert.deepEqual(
      data.rules.flatMap(({ name, neverMatched: selectors }) =>
        selectors.length > 0 ? [[name, ...selectors]] : [],
      ),
      [['Typo', 'htp_requests_total{code="500"}']],
    );
    const [hook] = data.receivers;
    assert.deepEqual([hook!.name, hook!.firing, hook!.atNight, hook!.nightsDisturbed], ['hook', 6, 1, 1]);
    assert.equal(data.problem, null);
    // Not asked again so soon, and nothing is claimed when it cannot be asked.
    const before = asked.length;
    await stage.get('/api/tocsin/v1/quality');
    assert.equal(asked.length, before);
    broken = true;
    await stage.clock.advance(11 * 60_000);
    const blind = await stage.get<{ data: QualityReport }>('/api/tocsin/v1/quality');
    assert.match(blind.data.problem ?? '', /could not be looked up/);
    assert.ok(blind.data.rules.every(({ neverMatched: selectors }) => selectors.length === 0));
    assert.equal((await fetch(stage.url('/api/tocsin/v1/quality?time_zone=Mars'))).status, 400);
  });

  it('knows which missing series keep a rule from firing', () => {
    const missing = (expression: string) =>
      neverMatched(expression, (selector) => !selector.startsWith('no'));
    assert.deepEqual(missing('sum(rate(no_such_total{a="b"}[5m] offset 1h)) > 1'), ['no_such_total{a="b"}']);
    assert.deepEqual(missing('yes / no > 1'), ['no']);
    assert.deepEqual(missing('yes or no'), []);
    assert.deepEqual(missing('no1 or no2'), ['no1', 'no2']);
    assert.deepEqual(missing('yes unless no'), []);
    assert.deepEqual(missing('no unless yes'), ['no']);
    assert.deepEqual(missing('absent(no) and yes'), []);
    assert.deepEqual(missing('time() - no > 5'), ['no']);
    assert.deepEqual(selectorsOf('a{x="1"} @ 5 + rate(b[5m] offset 1d)'), ['a{x="1"}', 'b']);
  });

  it('pairs firings with their ends, whatever the history begins and ends with (property)', () => {
    const event = fc.record({
      kind: fc.constantFrom('pending', 'firing', 'resolved', 'dropped', 'silenced'),
      fingerprint: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const stored = events.map(
          ({ kind, fingerprint }, atMs): StoredEvent => ({
            atMs,
            kind,
            fingerprint,
            reason: '',
            data: { rule: 'R' },
          }),
        );
        const firings = firingsOf(stored);
        for (const fingerprint of ['a', 'b']) {
          const own = firings.filter((firing) => firing.fingerprint === fingerprint);
          own.reduce((before, { fromMs, toMs }, i) => {
            assert.ok(fromMs >= before && (toMs === null ? i === own.length - 1 : toMs > fromMs));
            return toMs ?? Number.POSITIVE_INFINITY;
          }, -1);
        }
      }),
    );
  });
});
