import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { createKillableAggregator } from './testing/killable-aggregator.ts';

const aggregator = await createKillableAggregator();
after(() => aggregator.remove());

const kills = Number(process.env['KILLS'] ?? 3);
const SERIES = 50;

test(`nothing acknowledged is lost to SIGKILL, ${kills} times`, async () => {
  const startMs = Date.now() - 3_600_000;
  const acknowledged = new Map<number, number>();
  let tick = 0;
  for (let round = 0; round < kills; round++) {
    const { child, base } = await aggregator.start();
    let alive = true;
    const sender = async (): Promise<void> => {
      while (alive) {
        const mine = tick++;
        const series = Array.from({ length: SERIES }, (_, i) => ({
          labels: labelsFromObject({ __name__: 'crash', i: String(i) }),
          timestampsMs: Float64Array.of(startMs + mine),
          values: Float64Array.of(mine),
        }));
        const body = Buffer.from(encodeSnappy(encodeWriteRequestV1(series)));
        try {
          const answer = await fetch(`${base}/api/v1/write`, { method: 'POST', body });
          assert.equal(answer.status, 204, await answer.text());
          acknowledged.set(startMs + mine, mine);
        } catch (error) {
          if (alive || !(error instanceof TypeError)) throw error;
        }
      }
    };
    const senders = [sender(), sender(), sender()];
    await sleep(20 + ((round * 7_919) % 400));
    // Sealing and cutting the journal are as likely to be interrupted as anything else.
    if (round % 2 === 1)
      fetch(`${base}/api/v1/admin/tsdb/compact`, { method: 'POST' }).catch(() => undefined);
    await sleep((round * 104_729) % 60);
    alive = false;
    child.kill('SIGKILL');
    await Promise.all(senders);
  }
  const { child, base } = await aggregator.start();
  const at = (startMs + 3_600_000) / 1_000;
  const url = `${base}/api/v1/query?query=${encodeURIComponent('crash[2h]')}&time=${at}`;
  const answer = (await (await fetch(url)).json()) as {
    data: { result: { values: [number, string][] }[] };
  };
  assert.ok(acknowledged.size > kills, `${acknowledged.size} requests were acknowledged`);
  assert.equal(answer.data.result.length, SERIES);
  for (const { values } of answer.data.result) {
    const stored = new Map(values.map(([seconds, value]) => [Math.round(seconds * 1_000), Number(value)]));
    for (const [time, value] of acknowledged) assert.equal(stored.get(time), value, `tick ${value}`);
  }
  child.kill('SIGKILL');
});
