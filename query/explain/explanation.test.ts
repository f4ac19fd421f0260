import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { createEngine, type QueryClock } from '../engine.ts';
import type { QueryAnswer } from '../result.ts';
import type { Storage } from '../storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ShardedStorage } from '../testing/sharded-storage.ts';
import type { Explanation } from './explanation.ts';

const clock: QueryClock = {
  monotonic: () => performance.now(),
  sleep: () => new Promise((resolve) => setImmediate(resolve)),
};

function fill<T extends Pick<MemoryStorage, 'add'>>(storage: T): T {
  for (let s = 0; s < 20; s++)
    for (let i = 0; i < 40; i++)
      storage.add(
        labelsFromObject({ __name__: 'x_total', job: String(s % 3), i: String(s) }),
        i * 15_000,
        i * s,
      );
  return storage;
}

async function explain(storage: Storage, query: string): Promise<QueryAnswer & { explanation: Explanation }> {
  const request = { query, storage, startMs: 300_000, endMs: 570_000, stepMs: 30_000, explain: true };
  const answer = await createEngine({ clock }).range(request);
  assert.ok(answer.explanation);
  return { ...answer, explanation: answer.explanation };
}

function walk(node: Explanation): Explanation[] {
  return [node, ...[...node.operands, ...(node.shards ?? [])].flatMap(walk)];
}

describe('the explanation of a query', () => {
  it('has a node for each part of the expression, with what it read', async () => {
    const { explanation, stats } = await explain(
      fill(new MemoryStorage()),
      'sum by (job) (rate(x_total[1m])) / (1 + count(x_total))',
    );
    const [sum, one] = explanation.operands;
    assert.deepEqual(
      walk(explanation).map(({ expression, series }) => [expression, series]),
      [
        ['sum by (job) (rate(x_total[1m])) / (1 + count(x_total))', 0],
        ['sum by (job) (rate(x_total[1m]))', 3],
        ['rate(x_total[1m])', 20],
        ['1 + count(x_total)', 1],
        ['count(x_total)', 1],
        ['x_total', 20],
      ],
    );
    assert.equal(explanation.samples, stats.samplesQueried);
    assert.equal(sum!.samples + one!.samples, stats.samplesQueried);
    const { read } = sum!.operands[0]!;
    // Of 40 samples those in (240 s, 570 s].
    assert.deepEqual([read!.series, read!.samples, read!.rolledUp], [20, 20 * 22, 0]);
    assert.equal(sum!.read, undefined);
  });

  it('tells what each shard did, in parts that add up to the whole', async () => {
    const query = 'topk(1, sum by (job) (rate(x_total[1m])) * 2) + on() group_right() x_total{i="3"}';
    const whole = await explain(fill(new MemoryStorage()), query);
    const sharded = await explain(fill(new ShardedStorage(3)), query);
    assert.deepEqual(sharded.result, whole.result);
    assert.equal(sharded.stats.samplesQueried, whole.stats.samplesQueried);
    assert.equal(sharded.explanation.samples, sharded.stats.samplesQueried);
    const nodes = walk(sharded.explanation);
    const spread = nodes.filter(({ shards }) => shards);
    assert.deepEqual(
      spread.map(({ expression }) => expression),
      ['sum by (job) (rate(x_total[1m]))', 'x_total{i="3"}'],
    );
    for (const node of spread) {
      assert.equal(node.shards!.length, 3);
      for (const shard of node.shards!) assert.equal(shard.expression, node.expression);
      const total = node.shards!.reduce((sum, { samples }) => sum + samples, 0);
      assert.equal(total, node.samples);
    }
    const read = spread[0]!.shards!.map(({ operands }) => operands[0]!.read!.series);
    assert.equal(
      read.reduce((a, b) => a + b, 0),
      20,
    );
  });

  it('gives no part more time than what it is a part of', async () => {
    for (const storage of [fill(new MemoryStorage()), fill(new ShardedStorage(3))]) {
      const { explanation } = await explain(
        storage,
        'max_over_time((x_total * 2)[2m:1m]) > ignoring(a) avg by (i, job, __name__) (x_total)',
      );
      for (const node of walk(explanation)) {
        const inside = node.operands.reduce((sum, { seconds }) => sum + seconds, 0);
        assert.ok(inside <= node.seconds, node.expression);
        for (const shard of node.shards ?? []) assert.ok(shard.seconds <= node.seconds, node.expression);
      }
    }
  });

  it('is there only when it is asked for', async () => {
    const request = { query: 'x_total', storage: fill(new ShardedStorage(2)), timeMs: 300_000 };
    assert.equal((await createEngine({ clock }).instant(request)).explanation, null);
  });
});
