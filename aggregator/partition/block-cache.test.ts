import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BlockCache } from './block-cache.ts';

const block = (fill: number, length = 10): Uint8Array => new Uint8Array(length).fill(fill);

describe('a cache of data blocks', () => {
  it('keeps what is offered a second time, as a copy', () => {
    const blocks = new BlockCache(100).of(1);
    const bytes = block(7);
    blocks.offer(3, bytes);
    assert.equal(blocks.get(3), undefined);
    blocks.offer(3, bytes);
    bytes.fill(0);
    assert.deepEqual(blocks.get(3), block(7));
  });

  it('lets the least recently used go, and keeps none that is larger than itself', () => {
    const cache = new BlockCache(30);
    const blocks = cache.of(1);
    const keep = (at: number, bytes = block(at)): void => {
      blocks.offer(at, bytes);
      blocks.offer(at, bytes);
    };
    for (const at of [1, 2, 3]) keep(at);
    blocks.get(1);
    keep(4);
    assert.deepEqual(
      [1, 2, 3, 4].map((at) => blocks.get(at)?.[0]),
      [1, undefined, 3, 4],
    );
    keep(5, block(5, 31));
    assert.equal(blocks.get(5), undefined);
    assert.equal(cache.heldBytes, 30);
  });

  it('answers with what was offered for that block of that partition, within its bytes', () => {
    const offers = fc.array(fc.record({ partition: fc.nat(3), block: fc.nat(5), length: fc.nat(40) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(offers, fc.integer({ min: 1, max: 200 }), (all, bytesMax) => {
        const cache = new BlockCache(bytesMax);
        for (const one of all) {
          const fill = one.partition * 6 + one.block;
          const blocks = cache.of(one.partition);
          blocks.offer(one.block, block(fill, one.length));
          for (let partition = 0; partition < 4; partition++)
            for (let at = 0; at < 6; at++) {
              const found = cache.of(partition).get(at);
              if (found) assert.ok(found.every((byte) => byte === partition * 6 + at));
            }
          assert.ok(cache.heldBytes <= bytesMax);
        }
      }),
    );
  });
});
