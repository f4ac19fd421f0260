import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getLabel, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { createEngine } from '@tocsin/query/engine.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { envelope, queryData } from '../answers/envelope.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore } from '../store/metric-store.ts';
import { COSTS_PER_ANSWER } from './whole-query.ts';

const T0 = 1_790_000_000_000;
const QUERIES = [
  'x',
  'x{a=~"1|2"} > 3',
  'x{a!="1"} + on(a) x{a!~"2|3"}',
  'rate(x{a="1"}[5m])',
  'sum by (a) (x) / ignoring(b) group_left max(x)',
  'x[2m]',
  'count_over_time(x[1h])',
  'topk(2, x)',
];

for (const seed of [1, 2, 3])
  test(`what is asked again is answered from what is stored by then (${seed})`, async () => {
    const random = createSeededRandom(seed);
    const clock = createSimulatedClock(T0);
    const disk = createSimulatedDisk(random);
    const store = createMetricStore(
      { clock, disk, random, log: silentLog },
      {
        folder: '/metrics',
        limits: { ...DEFAULT_AGGREGATOR_LIMITS, deadSeriesMin: 2 },
        retention: [{ match: '{}', keep: { raw: 'forever' } }],
        owners: 1,
      },
    );
    await store.open();
    const signal = new AbortController().signal;
    const { select, evaluate } = store;
    const engine = createEngine({ clock });
    const storage = { select, evaluate };
    let told = 0;
    for (let round = 0; round < 60; round++) {
      const chance = random.below(12);
      if (chance === 0) await store.compact();
      else if (chance === 1) await store.retain();
      else if (chance === 2)
        await store.deleteSeries({
          matcherSets: [[{ kind: '=', name: 'a', value: String(random.below(5)) }]],
          startMs: 0,
          endMs: clock.now(),
        });
      else {
        const series = Array.from({ length: 1 + random.below(6) }, () => ({
          labels: labelsFromObject({
            __name__: 'x',
            a: String(random.below(5)),
            b: String(random.below(round < 20 ? 2 : 9)),
          }),
          // Now and then a late one.
          timestampsMs: Float64Array.of(clock.now() - (random.below(5) === 0 ? random.below(600_000) : 0)),
          values: Float64Array.of(random.below(9)),
        }));
        await store.write({ version: '1.0', bytes: encodeWriteRequestV1(series) });
      }
      if (random.below(3) === 0) await clock.advance(random.below(15) === 0 ? 7_200_000 : 15_000);
      const timeMs = clock.now() - random.below(2) * 60_000;
      const range = { matcherSets: [], startMs: timeMs - random.below(2) * 7_200_000, endMs: timeMs };
      const sets = await store.findSeries(range, signal);
      for (const name of ['a', 'b', null]) {
        const texts = sets.flatMap((labels) =>
          name === null ? ['__name__', 'a', 'b'] : getLabel(labels, name),
        );
        assert.deepEqual(await store.labelTexts(name, range, signal), [...new Set(texts)].sort());
      }
      const stepMs = random.below(2) * 15_000;
      const startMs = stepMs === 0 ? timeMs : timeMs - 240_000;
      const queries = QUERIES.filter((query) => stepMs === 0 || query !== 'x[2m]');
      const all = (value: number): number[] => queries.map(() => value);
      const { answers, costs } = await store.answer!(
        {
          queries,
          startsMs: all(startMs),
          endsMs: all(timeMs),
          stepsMs: all(stepMs),
          lookbacksMs: all(-1),
          timeoutsMs: all(1e9),
          limits: all(0),
        },
        signal,
      );
      for (const [i, query] of queries.entries()) {
        const request = { query, storage, signal };
        const expected = await (stepMs === 0
          ? engine.instant({ ...request, timeMs })
          : engine.range({ ...request, startMs, endMs: timeMs, stepMs })
        ).then(
          (answer) => [...envelope(queryData(answer, null), answer)].join(''),
          (error: unknown) => String(error),
        );
        const answer = answers[i]!;
        const [tookMs, series] = costs.slice(i * COSTS_PER_ANSWER);
        assert.ok(tookMs! >= 0);
        assert.equal(Number.isNaN(series), typeof answer !== 'string');
        assert.equal(
          typeof answer === 'string' ? answer : `QueryError: ${Reflect.get(answer, 'message')}`,
          expected,
        );
        if (typeof answer === 'string' && answer.includes('metric')) told++;
      }
    }
    assert.ok(told > 100, `${told} answers with series`);
    await store.close();
  });
