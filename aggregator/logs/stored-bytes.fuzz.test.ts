import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelsFromPairs } from '@tocsin/protocol/labels/labels.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import fc from 'fast-check';
import { StoredDataError } from '../bytes/byte-reader.ts';
import { decodeBatch, encodeBatch } from './batch-record.ts';
import { decodeBlockContents } from './block-format.ts';
import { chunkEntries, openBlockStore } from './block-store.ts';
import { createFoundLines } from './found-lines.ts';
import { compareTimes, type LogEntry, type LogStream } from './log-entry.ts';
import { sealBlock } from './seal-block.ts';

const plain = { noNullPrototype: true };
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const pairs = fc.array(fc.tuple(text, text), { maxLength: 3 }).map(labelsFromPairs);
const timestampNs = fc.oneof(
  fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
  fc.bigInt({ min: 0n, max: 50n }),
);
const entry: fc.Arbitrary<LogEntry> = fc.record(
  { timestampNs, line: text, structuredMetadata: pairs },
  plain,
);
const streams: fc.Arbitrary<LogStream[]> = fc.array(
  fc.record({ labels: pairs, entries: fc.array(entry, { maxLength: 8 }) }, plain),
  { maxLength: 4 },
);

function onlyStoredDataError(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    assert.ok(error instanceof StoredDataError, String(error));
  }
}

describe('stored log bytes', () => {
  it('a journal record gives back its lines', () => {
    fc.assert(fc.property(streams, (sent) => assert.deepEqual(decodeBatch(encodeBatch(sent)), sent)));
  });

  it('damaged or random bytes throw nothing but StoredDataError', () => {
    fc.assert(
      fc.property(streams, fc.nat(), fc.nat(255), (sent, at, byte) => {
        const bytes = encodeBatch(sent);
        bytes[at % bytes.length] = byte;
        onlyStoredDataError(() => decodeBatch(bytes));
        onlyStoredDataError(() => decodeBatch(bytes.subarray(0, at % bytes.length)));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        onlyStoredDataError(() => decodeBatch(bytes));
        onlyStoredDataError(() => decodeBlockContents(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('a block gives back every line once, in order of time', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (sent) => {
        const disk = createSimulatedDisk(createSeededRandom(1));
        const store = await openBlockStore(disk, silentLog, '/blocks');
        await store.add(7, await sealBlock(sent, 7), () => undefined);
        const [block] = store.blocks;
        const reader = await store.open(block!);
        for (const [index, { chunks }] of block!.streams.entries()) {
          const found: LogEntry[] = [];
          for (const chunk of chunks) found.push(...chunkEntries(chunk, await reader.raw(chunk)));
          const { entries } = sent[index]!;
          assert.deepEqual(found, found.toSorted(compareTimes));
          const form = (one: LogEntry) =>
            `${one.timestampNs} ${JSON.stringify([one.line, one.structuredMetadata])}`;
          assert.deepEqual(found.map(form).sort(), [...new Set(entries.map(form))].sort());
        }
        await reader.close();
      }),
      { numRuns: 60 },
    );
  });

  it('a block with any bit flipped is refused or gives what was stored', async () => {
    const sent = [
      { labels: ['a', 'b'], entries: [{ timestampNs: 5n, line: 'a line of text', structuredMetadata: [] }] },
    ];
    const bytes = await sealBlock(sent, 7);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const disk = createSimulatedDisk(createSeededRandom(1));
      await disk.makeFolder('/blocks');
      const damaged = Uint8Array.from(bytes);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      await disk.writeFileAtomic('/blocks/block-0000000000000007.logs', damaged);
      const store = await openBlockStore(disk, silentLog, '/blocks');
      const [block] = store.blocks;
      if (block === undefined) {
        assert.equal(store.unreadable.length, 1);
        continue;
      }
      const reader = await store.open(block);
      const [chunk] = block.streams[0]!.chunks;
      const read = async () =>
        [await reader.filter(chunk!), chunkEntries(chunk!, await reader.raw(chunk!))] as const;
      await assert.rejects(read, StoredDataError, `bit ${bit} went unnoticed`);
    }
  });

  it('the first lines found are those of sorting everything', () => {
    const offers = fc.array(fc.tuple(fc.constantFrom('x', 'y'), fc.array(entry, { maxLength: 20 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(
        offers,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('forward' as const, 'backward' as const),
        (batches, limit, direction) => {
          const found = createFoundLines(limit, direction, Number.POSITIVE_INFINITY);
          const all = new Map<string, LogEntry>();
          for (const [name, entries] of batches) {
            const sorted = entries.toSorted(compareTimes);
            const first = sorted[0];
            const last = sorted.at(-1);
            if (first === undefined || last === undefined) continue;
            for (const one of sorted)
              all.set(JSON.stringify([name, String(one.timestampNs), one.line, one.structuredMetadata]), one);
            if (found.wants(first.timestampNs, last.timestampNs)) found.offer(['name', name], sorted);
          }
          const sign = direction === 'forward' ? 1 : -1;
          const times = [...all.values()]
            .sort((a, b) => sign * compareTimes(a, b))
            .map((one) => one.timestampNs);
          assert.deepEqual(
            found.finish().map((one) => one.timestampNs),
            times.slice(0, limit),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
