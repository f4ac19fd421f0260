import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import type { StreamRuleConfig } from './streaming/stream-rule.ts';
import { createKillableAggregator } from './testing/killable-aggregator.ts';

const aggregator = await createKillableAggregator();
after(() => aggregator.remove());

const kills = Number(process.env['STREAM_KILLS'] ?? 3);
const PODS = 20;
const SENDERS = 3;
// The first closes windows while the process is being killed, the second only at the end.
const RULES: readonly StreamRuleConfig[] = [
  {
    match: '{__name__="crash_total"}',
    by: ['sender'],
    interval: '1s',
    late: '2s',
    outputs: ['sum_samples', 'count_samples'],
  },
  { match: '{__name__="crash_total"}', by: [], interval: '1h', late: '1h', outputs: ['increase_prometheus'] },
];

interface Tick {
  readonly timeMs: number;
  readonly value: number;
}

test(`windows hold what was acknowledged, once, after ${kills} SIGKILLs`, async () => {
  const counted: Tick[][] = Array.from({ length: SENDERS }, () => []);
  /** Sent, and not known to be acknowledged: sent again after the restart. */
  const underWay: (Tick | null)[] = Array.from({ length: SENDERS }, () => null);
  /** Windows of a sample that a slow machine had sent again too late to know whether it counts. */
  const unsure = new Set<string>();
  let alive = true;
  const send = async (base: string, sender: number): Promise<void> => {
    while (alive) {
      const previous = counted[sender]!.at(-1);
      underWay[sender] ??= {
        timeMs: Math.max(Date.now(), (previous?.timeMs ?? 0) + 1),
        value: (previous?.value ?? 0) + 1 + (sender % 2),
      };
      const { timeMs, value } = underWay[sender]!;
      const series = Array.from({ length: PODS }, (_, pod) => ({
        labels: labelsFromObject({ __name__: 'crash_total', sender: String(sender), pod: String(pod) }),
        timestampsMs: Float64Array.of(timeMs),
        values: Float64Array.of(value * (pod + 1)),
      }));
      const body = Buffer.from(encodeSnappy(encodeWriteRequestV1(series)));
      try {
        const answer = await fetch(`${base}/api/v1/write`, { method: 'POST', body });
        const text = await answer.text();
        if (answer.status === 400 && text.includes('windows are closed'))
          unsure.add(`${sender} ${Math.ceil(timeMs / 1_000)}`);
        else assert.equal(answer.status, 204, text);
        counted[sender]!.push({ timeMs, value });
        underWay[sender] = null;
      } catch (error) {
        if (alive || !(error instanceof TypeError)) throw error;
      }
    }
  };
  const senders = (base: string): Promise<void>[] => counted.map((_, sender) => send(base, sender));

  for (let round = 0; round < kills; round++) {
    const { child, base } = await aggregator.start(RULES);
    alive = true;
    const sending = senders(base);
    await sleep(500 + ((round * 7_919) % 2_500));
    if (round % 2 === 1)
      fetch(`${base}/api/v1/admin/tsdb/compact`, { method: 'POST' }).catch(() => undefined);
    await sleep((round * 104_729) % 60);
    alive = false;
    child.kill('SIGKILL');
    await Promise.all(sending);
  }
  // Once more all that is under way, and then without the rules, which closes their windows.
  const last = await aggregator.start(RULES);
  alive = true;
  const sending = senders(last.base);
  await sleep(50);
  alive = false;
  await Promise.all(sending);
  last.child.kill('SIGKILL');
  const { child, base } = await aggregator.start([]);
  const atS = Math.ceil(Date.now() / 3_600_000) * 3_600;
  const query = async (expr: string): Promise<readonly { metric: never; values: [number, string][] }[]> => {
    const url = `${base}/api/v1/query?query=${encodeURIComponent(expr)}&time=${atS + 3_600}`;
    const answer = (await (await fetch(url)).json()) as { data: { result: never } };
    return answer.data.result;
  };
  let increases = await query('{__name__="crash_total:1h_increase_prometheus"}[3h]');
  for (let tries = 0; increases.length === 0; tries++) {
    assert.ok(tries < 1_000, 'the windows of rules that are gone are closed');
    await sleep(50);
    increases = await query('{__name__="crash_total:1h_increase_prometheus"}[3h]');
  }
  const factor = (PODS * (PODS + 1)) / 2;
  const increase = counted.reduce((sum, ticks) => sum + (ticks.at(-1)!.value - ticks[0]!.value) * factor, 0);
  const increaseFound = increases[0]!.values.reduce((sum, [, value]) => sum + Number(value), 0);
  assert.equal(increaseFound, increase);
  assert.deepEqual(await query('crash_total[3h]'), [], 'nothing is stored as it came');

  let compared = 0;
  for (const [sender, ticks] of counted.entries()) {
    const name = `crash_total:1s_by_sender`;
    const points = async (output: string): Promise<ReadonlyMap<number, number>> => {
      const [found] = await query(`{__name__="${name}_${output}",sender="${sender}"}[3h]`);
      return new Map(found!.values.map(([seconds, value]) => [seconds, Number(value)]));
    };
    const [sums, counts] = [await points('sum_samples'), await points('count_samples')];
    const windows = Map.groupBy(ticks, ({ timeMs }) => Math.ceil(timeMs / 1_000));
    for (const [endS, inWindow] of windows) {
      if (unsure.has(`${sender} ${endS}`)) continue;
      compared++;
      assert.equal(counts.get(endS), inWindow.length * PODS, `sender ${sender}, window ${endS}`);
      assert.equal(sums.get(endS), inWindow.reduce((sum, { value }) => sum + value, 0) * factor);
    }
  }
  assert.ok(compared > 0, `${compared} windows compared`);
  child.kill('SIGKILL');
});
