import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelsFromObject, labelsKey } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { createLayers } from '../retention/layers.ts';
import { createRetentionPolicies } from '../retention/retention-policies.ts';
import { describeLimit, type LimitReached } from './series-limits.ts';
import { SeriesRegistry } from './series-registry.ts';

const OWNERS = 3;
const NO_LIMITS = {
  seriesMax: 1_000_000,
  seriesPerMetricMax: 1_000_000,
  valuesPerLabelMax: 1_000_000,
  seriesPerSenderMax: 1_000_000,
  seriesOfSenderMax: {},
};

interface World {
  readonly registry: SeriesRegistry;
  /** By owner and ref: the labels it stands for now, as owners learn it. */
  readonly defined: Map<string, string>;
}

function world(limits: Partial<typeof NO_LIMITS> = {}): World {
  const defined = new Map<string, string>();
  const registry = new SeriesRegistry(
    {
      owners: OWNERS,
      limits: { ...NO_LIMITS, ...limits },
      retention: createRetentionPolicies([{ match: '{job="short"}', keep: { raw: '1h' } }]),
      layers: createLayers([{ match: '{job="shop"}', layer: 'business' }]),
      streams: { rules: [], closedMs: () => 0 },
      seed: 7,
    },
    (owner, ref, key) => {
      defined.set(`${owner}/${ref}`, Buffer.from(key).toString('hex'));
    },
  );
  registry.startRequest(10_000_000_000, '');
  return { registry, defined };
}

/** What ingest does with the labels of a series. */
function send({ registry }: World, object: Record<string, string>, reversed = false): number | LimitReached {
  const labels = labelsFromObject(object);
  const canonical = encodeLabels(labels);
  let bytes = canonical;
  if (reversed) {
    const parts = [];
    for (let i = labels.length - 2; i >= 0; i -= 2) parts.push(encodeLabels([labels[i]!, labels[i + 1]!]));
    bytes = Buffer.concat(parts);
  }
  const known = registry.find(bytes, 0, bytes.length);
  if (known >= 0) return known;
  return registry.admit(labels, bytes, 0, bytes.length, Buffer.compare(bytes, canonical) === 0);
}

const place = ({ registry }: World, series: number): string =>
  `${registry.ownerOf(series)}/${registry.refOf(series)}`;

const labelSet = fc.record({
  __name__: fc.constantFrom('a', 'b'),
  job: fc.constantFrom('shop', 'short', 'x'),
  i: fc.integer({ min: 0, max: 300 }).map(String),
});
type Action =
  | { readonly kind: 'send'; readonly labels: Record<string, string>; readonly reversed: boolean }
  | { readonly kind: 'forget'; readonly share: number }
  | { readonly kind: 'tidy' };
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({ kind: fc.constant('send' as const), labels: labelSet, reversed: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('forget' as const), share: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'tidy' as const }) },
);

test('every label set has one place, whichever way it is sent, also while it is tidied', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 400, maxLength: 1_500 }), async (actions) => {
      const it = world();
      const alive = new Map<string, string>();
      let tidying = Promise.resolve();
      for (const step of actions) {
        // Tidying goes on between the steps.
        await null;
        if (step.kind === 'tidy') {
          tidying = tidying.then(() => it.registry.tidy(() => Promise.resolve()));
        } else if (step.kind === 'forget') {
          for (let owner = 0; owner < OWNERS; owner++) {
            const gone = [...alive].filter(([, at], n) => at.startsWith(`${owner}/`) && n % 4 < step.share);
            it.registry.forget(
              owner,
              Uint32Array.from(gone, ([, at]) => Number(at.split('/')[1])),
            );
            for (const [key] of gone) alive.delete(key);
          }
        } else {
          const series = send(it, step.labels, step.reversed);
          assert.ok(typeof series === 'number');
          const stored = step.labels['job'] === 'shop' ? { ...step.labels, layer: 'business' } : step.labels;
          const labels = labelsFromObject(stored);
          const at = place(it, series);
          const before = alive.get(labelsKey(labels));
          if (before !== undefined) assert.equal(at, before);
          assert.deepEqual(it.registry.labelsOf(series), labels);
          assert.equal(it.defined.get(at), Buffer.from(encodeLabels(labels)).toString('hex'));
          assert.equal(it.registry.oldestMs(series) > 9_000_000_000, step.labels['job'] === 'short');
          alive.set(labelsKey(labels), at);
        }
        assert.equal(it.registry.seriesCount, alive.size);
      }
      await tidying;
      assert.equal(new Set(alive.values()).size, alive.size);
      const { seriesByMetric, valuesByLabel } = it.registry.top();
      const total = seriesByMetric.reduce((sum, { count }) => sum + count, 0);
      assert.equal(total, alive.size);
      const jobs = new Set([...alive.values()].map((at) => it.defined.get(at)));
      assert.equal(jobs.size, alive.size);
      assert.ok(valuesByLabel.every(({ count }) => count > 0));
    }),
    { numRuns: 30 },
  );
});

test('a series that a restart brought back is where it was', () => {
  const it = world();
  const keys = ['1', '2', '3'].map((i) => encodeLabels(labelsFromObject({ __name__: 'a', i })));
  it.registry.restore(2, 0, keys);
  const series = send(it, { __name__: 'a', i: '2' });
  assert.ok(typeof series === 'number');
  assert.equal(place(it, series), '2/1');
  assert.equal(it.defined.size, 0);
  // A ref that the owner has given out is not given to another.
  for (let i = 10; i < 40; i++) {
    const other = send(it, { __name__: 'a', i: String(i) });
    assert.ok(typeof other === 'number' && !['2/0', '2/1', '2/2'].includes(place(it, other)));
  }
});

const ALL_LIMITS = {
  seriesMax: 8,
  seriesPerMetricMax: 2,
  valuesPerLabelMax: 4,
  seriesPerSenderMax: 6,
  seriesOfSenderMax: { big: 7 },
};

test('a limit refuses new series, names itself, and lets old ones go on', () => {
  const it = world(ALL_LIMITS);
  const { registry } = it;
  const refusal = (object: Record<string, string>): string => {
    const answer = send(it, object);
    return typeof answer === 'number' ? 'taken' : describeLimit(answer);
  };
  registry.startRequest(0, 'anonymous');
  assert.equal(refusal({ __name__: 'm', i: '1' }), 'taken');
  assert.equal(refusal({ __name__: 'm', i: '2' }), 'taken');
  const metricFull = 'metric m has 2 series, as many as limits.series_per_metric allows';
  assert.equal(refusal({ __name__: 'm', i: '3' }), metricFull);
  assert.equal(refusal({ __name__: 'm', i: '2' }), 'taken');
  for (const i of ['1', '2', '3']) assert.equal(refusal({ __name__: `n${i}`, i }), 'taken');
  const labelFull = 'label __name__ has 4 values, as many as limits.values_per_label allows';
  assert.equal(refusal({ __name__: 'n4', i: '4' }), labelFull);
  assert.equal(refusal({ __name__: 'n1', i: '4' }), 'taken');
  const senderFull = 'sender anonymous has 6 series, as many as limits.series_per_sender allows';
  assert.equal(refusal({ __name__: 'n2', i: '5' }), senderFull);
  registry.startRequest(0, 'shop');
  assert.match(refusal({ __name__: 'n2', i: '5' }), /^label i has 4 values/);
  assert.equal(refusal({ __name__: 'n2', i: '4' }), 'taken');
  assert.equal(refusal({ __name__: 'n3', i: '4' }), 'taken');
  assert.equal(
    refusal({ __name__: 'n3', i: '2' }),
    'the store has 8 series, as many as limits.series allows',
  );
  assert.deepEqual(registry.top().seriesBySender, [
    { name: 'anonymous', count: 6 },
    { name: 'shop', count: 2 },
  ]);
  assert.deepEqual([...registry.refusedByLimit.values()], [1, 1, 1, 2]);
  assert.deepEqual(registry.top().refusedSeries[1], { limit: 'series_per_metric', name: 'm', count: 1 });
});

test('whatever comes, no limit is ever passed, and what a refusal names is full', () => {
  const step = fc.record({
    sender: fc.constantFrom('anonymous', 'shop', 'big'),
    labels: fc.record({
      __name__: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      i: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    }),
    forgets: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const it = world(ALL_LIMITS);
      const alive = new Map<string, { labels: Record<string, string>; sender: string; series: number }>();
      const count = (is: (one: { labels: Record<string, string>; sender: string }) => boolean): number =>
        [...alive.values()].filter(is).length;
      const values = (name: string): number =>
        new Set([...alive.values()].map(({ labels }) => labels[name])).size;
      for (const { sender, labels, forgets } of steps) {
        const key = JSON.stringify(labels);
        const known = alive.get(key);
        if (known && forgets) {
          const { registry } = it;
          registry.forget(registry.ownerOf(known.series), Uint32Array.of(registry.refOf(known.series)));
          alive.delete(key);
          continue;
        }
        it.registry.startRequest(0, sender);
        const answer = send(it, labels);
        if (typeof answer === 'number') {
          if (!known) alive.set(key, { labels, sender, series: answer });
        } else {
          assert.equal(known, undefined, 'a series that is known is never refused');
          const full = {
            series: () => count(() => true),
            series_per_metric: () => count((one) => one.labels['__name__'] === answer.name),
            series_per_sender: () => count((one) => one.sender === answer.name),
            values_per_label: () => values(answer.name),
          }[answer.limit]();
          assert.equal(full, answer.max, describeLimit(answer));
        }
        assert.ok(alive.size <= 8 && values('i') <= 4 && values('__name__') <= 4);
        for (const name of 'abcdef') assert.ok(count((one) => one.labels['__name__'] === name) <= 2);
        assert.ok(count((one) => one.sender === 'shop') <= 6 && count((one) => one.sender === 'big') <= 7);
      }
      assert.equal(it.registry.seriesCount, alive.size);
    }),
  );
});
