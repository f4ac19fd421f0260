import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { PartitionEntry } from '../partition/manifest.ts';
import { expiredPartitions } from './expired-partitions.ts';
import { createLayers } from './layers.ts';
import { createRetentionPolicies } from './retention-policies.ts';

const DAY = 24 * 3_600_000;
const NOW = 20_000 * DAY;
const entry = (id: number, ageDays: number, changed: Partial<PartitionEntry> = {}): PartitionEntry => ({
  id,
  file: `${id}.part`,
  startMs: NOW - (ageDays + 1) * DAY,
  endMs: NOW - ageDays * DAY,
  tier: 'raw',
  match: '{}',
  keep: 'raw=15d',
  minTimestampMs: NOW - (ageDays + 1) * DAY,
  maxTimestampMs: NOW - ageDays * DAY,
  series: 1,
  samples: 10,
  bytes: 100,
  tombstones: [],
  ...changed,
});

describe('retention policies', () => {
  it('the first match wins, and what none matches has the default', () => {
    const { policies, policyOf } = createRetentionPolicies([
      { match: '{layer="business"}', keep: { '1h': '10y', raw: '90d' } },
      { match: '{__name__=~"debug_.*"}', keep: { raw: '1d' } },
    ]);
    assert.equal(policyOf(labelsFromObject({ __name__: 'debug_x', layer: 'business' })), 0);
    assert.equal(policyOf(labelsFromObject({ __name__: 'debug_x' })), 1);
    assert.equal(policyOf(labelsFromObject({ __name__: 'up' })), 2);
    assert.deepEqual(
      policies.map(({ key }) => key),
      ['raw=90d,1h=10y', 'raw=1d', 'raw=15d,5m=90d,1h=2y'],
    );
  });

  it('names the rule that cannot be used', () => {
    const create = (match: string, keep: Record<string, string>) => () =>
      createRetentionPolicies([{ match, keep }]);
    assert.throws(create('{}', { raw: 'soon' }), /retention of \{\}: "soon"/);
    assert.throws(create('{}', { often: '1d' }), /tier "often"/);
    assert.throws(create('{a=', { raw: '1d' }));
  });
});

describe('expiry', () => {
  it('removes what has outlived its policy; after a change the longer one holds', () => {
    const entries = [entry(1, 20), entry(2, 10), entry(3, 20, { match: '{a="b"}', keep: 'raw=1d' })];
    const at = (rules: Parameters<typeof createRetentionPolicies>[0]) => [
      ...expiredPartitions(entries, createRetentionPolicies(rules), NOW),
    ];
    assert.deepEqual(at([]), [1, 3]);
    assert.deepEqual(at([{ match: '{}', keep: { raw: '30d' } }]), [3]);
    assert.deepEqual(at([{ match: '{}', keep: { raw: '1d' } }]), [1, 3]);
    assert.deepEqual(at([{ match: '{a="b"}', keep: { raw: 'forever' } }]), [1]);
  });

  it('waits until what lives on in a tier has been rolled up', () => {
    const keep = 'raw=15d,5m=90d';
    const entries = [
      entry(1, 20, { keep }),
      entry(2, 20, { keep, rolledUp: 'yes' }),
      entry(3, 20, { keep, tier: '5m' }),
    ];
    assert.deepEqual([...expiredPartitions(entries, createRetentionPolicies([]), NOW)], [2]);
  });
});

describe('layers', () => {
  it('are set on what comes without one, by the first rule that matches', () => {
    const layers = createLayers([
      { match: '{job="shop"}', layer: 'business' },
      { match: '{}', layer: 'system' },
    ]);
    const layerOf = (object: Record<string, string>) =>
      layers(labelsFromObject({ __name__: 'x', ...object }));
    assert.deepEqual(layerOf({ job: 'shop' }), ['__name__', 'x', 'job', 'shop', 'layer', 'business']);
    assert.deepEqual(layerOf({ job: 'shop', layer: 'usage' }), [
      '__name__',
      'x',
      'job',
      'shop',
      'layer',
      'usage',
    ]);
    assert.deepEqual(layerOf({}), ['__name__', 'x', 'layer', 'system']);
  });
});
