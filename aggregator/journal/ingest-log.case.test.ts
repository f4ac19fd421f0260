import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IngestLog, LogPosition } from './ingest-log.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Read {
  readonly position: LogPosition;
  readonly next: LogPosition;
  readonly kind: number;
  readonly text: string;
}

export async function readAll(log: IngestLog, from: LogPosition = log.start()): Promise<Read[]> {
  const found: Read[] = [];
  for await (const { position, next, kind, payload } of log.read(from))
    found.push({ position, next, kind, text: new TextDecoder().decode(payload) });
  return found;
}

/** What every IngestLog does. `open` opens the same log again after it was closed. */
export function ingestLogCases(name: string, start: () => Promise<{ open(): Promise<IngestLog> }>): void {
  describe(name, () => {
    it('gives back what was appended, in order, with its kind', async () => {
      const { open } = await start();
      const log = await open();
      const first = await log.append(1, [bytes('a'), bytes('bc')]);
      const second = await log.append(7, [bytes('')]);
      assert.equal(first.next, second.position);
      assert.deepEqual(
        (await readAll(log)).map(({ kind, text }) => [kind, text]),
        [
          [1, 'abc'],
          [7, ''],
        ],
      );
      await log.close();
    });

    it('keeps everything acknowledged when it is opened again', async () => {
      const { open } = await start();
      const log = await open();
      const appended = await Promise.all(
        Array.from({ length: 100 }, (_, i) => log.append(1, [bytes(`record ${i}`)])),
      );
      await log.close();
      const again = await open();
      const found = await readAll(again);
      assert.deepEqual(
        found.map((record) => record.text),
        Array.from({ length: 100 }, (_, i) => `record ${i}`),
      );
      assert.deepEqual(
        found.map(({ position, next }) => ({ position, next })),
        appended,
      );
      assert.equal(again.end(), appended.at(-1)!.next);
      await again.close();
    });

    it('reads on from a position', async () => {
      const { open } = await start();
      const log = await open();
      await log.append(1, [bytes('one')]);
      const { next } = await log.append(1, [bytes('two')]);
      await log.append(1, [bytes('three')]);
      assert.deepEqual(
        (await readAll(log, next)).map((record) => record.text),
        ['three'],
      );
      await log.close();
    });

    it('lets go of what lies before a position and nothing behind it', async () => {
      const { open } = await start();
      const log = await open();
      let middle = 0;
      for (let i = 0; i < 40; i++) {
        const { position } = await log.append(1, [bytes(`${i} ${'x'.repeat(100)}`)]);
        if (i === 20) middle = position;
      }
      await log.truncateBefore(middle);
      assert.ok(log.start() <= middle);
      const kept = (await readAll(log)).filter((record) => record.position >= middle);
      assert.equal(kept.length, 20);
      await log.truncateBefore(log.end());
      assert.deepEqual(await readAll(log), []);
      const { position } = await log.append(1, [bytes('after')]);
      assert.ok(position > middle, 'positions never start over');
      await log.close();
      const again = await open();
      assert.deepEqual(
        (await readAll(again)).map((record) => record.text),
        ['after'],
      );
      await again.close();
    });

    it('refuses appends once closed', async () => {
      const { open } = await start();
      const log = await open();
      await log.close();
      await assert.rejects(log.append(1, [bytes('late')]), /closed/);
    });
  });
}
