import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getLabel, labelsFromObject, METRIC_NAME } from '@tocsin/protocol/labels/labels.ts';
import { decodeWriteRequest } from '@tocsin/protocol/remote-write/decode.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import { isStaleAt } from '@tocsin/protocol/series/stale.ts';
import fc from 'fast-check';
import { SeriesTable } from '../series/series-table.ts';
import { aggregateNaively, type NaivePoint, type NaiveSample } from '../testing/naive-aggregation.ts';
import { inputKeyLabels } from './input-key.ts';
import { PLAIN_OUTPUTS } from './stream-output.ts';
import { createStreamRules, type StreamRule } from './stream-rule.ts';
import { Streams } from './streams.ts';
import { decodeStreams, encodeStreams } from './streams-file.ts';

const T0 = 1_700_000_000_000 - (1_700_000_000_000 % 60_000);
const INTERVAL = 10_000;
const RULES = createStreamRules(
  [
    [...PLAIN_OUTPUTS, 'quantiles(0.5)'],
    ['increase', 'rate_avg', 'max'],
    ['sum_last', 'increase_prometheus'],
  ].map((outputs) => ({ match: '{job="shop"}', by: ['path'], interval: '10s', staleness: '25s', outputs })),
);

type Found = ReadonlyMap<string, readonly NaivePoint[]>;

class World {
  table = new SeriesTable(1);
  streams = new Streams(this.table, 1_000_000);
  readonly found = new Map<string, NaivePoint[]>();

  readonly rule: StreamRule;

  constructor(rule: StreamRule) {
    this.rule = rule;
    this.streams.addRule(rule, T0, T0);
  }

  series(instance: number): number {
    const labels = labelsFromObject({ __name__: 'm', path: '/', job: 'shop', instance: String(instance) });
    const key = encodeLabels(inputKeyLabels(this.rule.id, labels));
    return this.table.addKey(key, 0, key.length);
  }

  add(instance: number, { timeMs, value, startMs }: NaiveSample): string {
    return this.streams.add(this.streams.inputOf(this.series(instance))!, timeMs, value, startMs);
  }

  close(throughMs: number): void {
    for (const _ of this.streams.close([{ rule: this.rule.id, throughMs }]));
    for (const { number, bytes } of this.streams.pending) {
      for (const { labels, timestampsMs, values } of decodeWriteRequest('1.0', bytes).series) {
        const name = getLabel(labels, METRIC_NAME);
        assert.ok(name.startsWith('m:10s_by_path_'), name);
        const output = name.slice('m:10s_by_path_'.length);
        const points = this.found.get(output) ?? [];
        for (const [index, timeMs] of timestampsMs.entries())
          points.push([timeMs, isStaleAt(values, index) ? null : values[index]!]);
        this.found.set(output, points);
      }
      this.streams.written(number);
    }
  }

  /** Goes on from what a file would bring back. */
  restart(): void {
    const bytes = encodeStreams(this.streams, 7);
    this.table = new SeriesTable(2);
    this.streams = new Streams(this.table, 1_000_000);
    assert.equal(decodeStreams(bytes, this.streams), 7);
    assert.deepEqual(encodeStreams(this.streams, 7), bytes);
  }
}

function assertEqual(found: Found, expected: Found): void {
  for (const [output, points] of expected) {
    const mine = found.get(output) ?? [];
    assert.deepEqual(
      mine.map(([timeMs]) => timeMs - T0),
      points.map(([timeMs]) => timeMs - T0),
      output,
    );
    for (const [index, [timeMs, value]] of points.entries()) {
      const got = mine[index]![1];
      const isClose =
        value === null || got === null
          ? value === got
          : Math.abs(got - value) <= 1e-9 * Math.max(1, Math.abs(value));
      assert.ok(isClose, `${output} at ${timeMs - T0}: ${got}, expected ${value}`);
    }
  }
}

const sample = fc.record({
  timeMs: fc.integer({ min: 1, max: 150 }).map((offset) => T0 + offset * 1_000),
  value: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 9, noNaN: true })),
  startMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -50, max: 150 }).map((offset) => T0 + offset * 1_000) },
  ),
});

test('windows say what their definition says, in whatever order samples come, closed in whatever steps, across restarts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(sample, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
      fc.constantFrom(...RULES),
      (raw, closings, shuffle, restarts, rule) => {
        const world = new World(rule);
        const throughs = [...new Set(closings.map((windows) => T0 + windows * INTERVAL)), T0 + 400_000].sort(
          (a, b) => a - b,
        );
        const accepted = raw.map((): NaiveSample[] => []);
        const waiting = raw
          .flatMap((samples, instance) =>
            samples.map((one) => ({
              instance,
              one,
              order: shuffle.next().value,
            })),
          )
          .sort((a, b) => a.order - b.order);
        let closedMs = T0;
        for (const throughMs of throughs) {
          // What comes before this closing: all that is in its windows, and some of the rest.
          for (const { instance, one } of waiting) {
            if (one.timeMs > throughMs && one.timeMs % 3_000 !== 0) continue;
            const known = accepted[instance]!.find(({ timeMs }) => timeMs === one.timeMs);
            const verdict = world.add(instance, one);
            if (one.timeMs <= closedMs) assert.equal(verdict, 'late');
            else if (known) assert.equal(verdict, known.value === one.value ? 'repeated' : 'conflicting');
            else {
              assert.equal(verdict, 'accepted');
              accepted[instance]!.push(one);
            }
          }
          world.close(throughMs);
          closedMs = throughMs;
          if (restarts) world.restart();
        }
        // Inputs count in the order in which they came, which decides between last values of one time.
        const inputs = accepted.map((samples) => samples.toSorted((a, b) => a.timeMs - b.timeMs));
        const expected = new Map(aggregateNaively(rule, inputs, T0, T0 + 400_000));
        expected.delete('last');
        assertEqual(world.found, expected);
        assert.equal(world.streams.sampleCount, 0);
        assert.equal(world.streams.groupCount, 0, 'what has been quiet for long is gone');
      },
    ),
    { numRuns: 300 },
  );
});

test('what is no number of a counter does not stay in its total', () => {
  const world = new World(RULES[0]!);
  const values = [1, Number.NaN, 5, Number.POSITIVE_INFINITY, 7, Number.NaN, 8];
  for (const [index, value] of values.entries())
    world.add(1, { timeMs: T0 + 1_000 + index * 4_000, value, startMs: 0 });
  world.close(T0 + 30_000);
  const total = world.found.get('total_prometheus')!;
  assert.deepEqual(
    total.map(([, value]) => value),
    [4, 6, 7],
  );
  assert.ok(Number.isNaN(world.found.get('avg')![0]![1]));
  assert.deepEqual(world.found.get('max')![1], [T0 + 20_000, Number.POSITIVE_INFINITY]);
});
