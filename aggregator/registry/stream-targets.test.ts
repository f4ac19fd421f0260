import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import fc from 'fast-check';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createLayers } from '../retention/layers.ts';
import { createRetentionPolicies } from '../retention/retention-policies.ts';
import { ownerOfLabels } from '../shard/logical-shard.ts';
import { inputKeyLabels } from '../streaming/input-key.ts';
import { createStreamRules, type StreamRule } from '../streaming/stream-rule.ts';
import { SeriesRegistry } from './series-registry.ts';

const OWNERS = 3;
const ALL_RULES = createStreamRules([
  { match: '{__name__="a"}', by: ['job'], interval: '1s', outputs: ['total'] },
  { match: '{job="shop"}', by: [], interval: '1s', outputs: ['max'], keep_raw: true },
  { match: '{layer="business"}', interval: '2s', outputs: ['min'], drop_labels: ['i'], keep_raw: true },
  { match: '{__name__=~"a|c"}', interval: '3s', outputs: ['avg'], drop_labels: ['job', 'i'] },
]);
const CLOSED_MS = 5_000;

const hex = (labels: Labels): string => Buffer.from(encodeLabels(labels)).toString('hex');

/** The keys of the series that samples of one with these labels are for. */
function expectedTargets(rules: readonly StreamRule[], labels: Labels): readonly string[] {
  const matching = rules.filter((rule) => rule.matches(labels));
  const inputs = matching.map((rule) => hex(inputKeyLabels(rule.id, rule.inputLabels(labels))));
  return matching.every(({ keepsRaw }) => keepsRaw) ? [hex(labels), ...inputs] : inputs;
}

const step = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      labels: fc.record({
        __name__: fc.constantFrom('a', 'b', 'c'),
        job: fc.constantFrom('shop', 'x'),
        i: fc.integer({ min: 0, max: 40 }).map(String),
      }),
      isOutput: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('forget' as const), every: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('configure' as const), rules: fc.nat({ max: 15 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'tidy' as const }) },
);

test('samples go where the rules in force want them, whatever was forgotten, tidied or configured', async () => {
  const retention = createRetentionPolicies([]);
  const layers = createLayers([{ match: '{job="shop"}', layer: 'business' }]);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 200, maxLength: 900 }), async (steps) => {
      /** By owner and ref: the key it stands for now, as owners learn it. */
      const defined = new Map<string, string>();
      let rules: readonly StreamRule[] = [];
      const intake = () => ({ rules, closedMs: () => CLOSED_MS });
      const registry = new SeriesRegistry(
        { owners: OWNERS, limits: DEFAULT_AGGREGATOR_LIMITS, retention, layers, streams: intake(), seed: 7 },
        (owner, ref, key) => defined.set(`${owner}/${ref}`, Buffer.from(key).toString('hex')),
      );
      registry.startRequest(1e12, 'me');
      let tidying = Promise.resolve();
      for (const one of steps) {
        await null;
        if (one.kind === 'tidy') tidying = tidying.then(() => registry.tidy(() => Promise.resolve()));
        else if (one.kind === 'configure') {
          rules = ALL_RULES.filter((_, index) => (one.rules & (1 << index)) !== 0);
          registry.configure(retention, layers, DEFAULT_AGGREGATOR_LIMITS, intake());
          for (const [owner, refs] of registry.dropInputs().entries())
            for (const ref of refs) defined.delete(`${owner}/${ref}`);
          registry.startRequest(1e12, 'me');
        } else if (one.kind === 'forget') {
          for (let owner = 0; owner < OWNERS; owner++) {
            const gone = [...defined.keys()].filter(
              (at, n) => at.startsWith(`${owner}/`) && n % 4 < one.every,
            );
            registry.forget(
              owner,
              Uint32Array.from(gone, (at) => Number(at.split('/')[1])),
            );
            for (const at of gone) defined.delete(at);
          }
        } else {
          const sent = labelsFromObject(one.labels);
          const bytes = encodeLabels(sent);
          const admit = (): number => {
            const made = registry.admit(sent, bytes, 0, bytes.length, true, one.isOutput);
            assert.ok(typeof made === 'number');
            return made;
          };
          let series = registry.find(bytes, 0, bytes.length);
          if (series < 0 || (one.isOutput && registry.isInput(series))) series = admit();
          const targets = one.isOutput || !registry.hasStreams ? [series] : registry.targetsOf(series);
          assert.ok(targets === null || Array.isArray(targets));
          const found = targets ?? [series];
          const labels = layers(sent);
          assert.deepEqual(
            found.map((target) => defined.get(`${registry.ownerOf(target)}/${registry.refOf(target)}`)),
            one.isOutput ? [hex(labels)] : expectedTargets(rules, labels),
          );
          for (const target of found) {
            const isInput = registry.isInput(target);
            assert.equal(registry.oldestMs(target) === CLOSED_MS + 1, isInput);
            const rule = rules.find(
              ({ id }) =>
                isInput && defined.get(place(registry, target))!.includes(Buffer.from(id).toString('hex')),
            );
            const owner = rule
              ? ownerOfLabels(encodeLabels(rule.groupLabels(rule.inputLabels(labels))), OWNERS)
              : ownerOfLabels(encodeLabels(labels), OWNERS);
            assert.equal(registry.ownerOf(target), owner);
          }
        }
        assert.equal(registry.seriesCount, defined.size);
      }
      await tidying;
      assert.equal(new Set(defined.values()).size, defined.size, 'no series is in two places');
    }),
    { numRuns: 40 },
  );
});

function place(registry: SeriesRegistry, series: number): string {
  return `${registry.ownerOf(series)}/${registry.refOf(series)}`;
}
