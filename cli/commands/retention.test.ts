import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_AGGREGATOR_LIMITS } from '@tocsin/aggregator/limits.ts';
import { createMetricStore } from '@tocsin/aggregator/store/metric-store.ts';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { systemClock } from '@tocsin/runtime/clock.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { systemRandom } from '@tocsin/runtime/random.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { runCommandLine } from '../main.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-retention-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const DAY = 24 * 3_600_000;

async function run(config: string): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const output = { write: (text: string) => (out += text), complain: (text: string) => (err += text) };
  const file = join(folder, 'changed.yaml');
  writeFileSync(file, config);
  const words = ['retention', '--dry-run', '--config', file, '--data-dir', join(folder, 'data')];
  return { status: await runCommandLine(words, {}, output), out, err };
}

test('a changed file is tried on what is stored', async () => {
  const now = systemClock.now();
  const store = createMetricStore(
    { clock: systemClock, disk: systemDisk, random: systemRandom, log: silentLog },
    {
      folder: join(folder, 'data/aggregator/metrics'),
      limits: DEFAULT_AGGREGATOR_LIMITS,
      retention: [{ match: '{}', keep: { raw: '30d' } }],
      owners: 2,
    },
  );
  await store.open();
  const series = [1, 10, 20].map((days) => ({
    labels: labelsFromObject({ __name__: days === 20 ? 'debug_x' : 'x' }),
    timestampsMs: Float64Array.of(now - days * DAY),
    values: Float64Array.of(days),
  }));
  await store.write({ version: '1.0', bytes: encodeWriteRequestV1(series) });
  await store.compact();
  await store.close();

  const same = await run('retention: [{ match: "{}", keep: { raw: 30d } }]\n');
  assert.equal(same.status, 0, same.err);
  assert.match(same.out, /^\{\} +raw=30d +raw +3 +2 +3 /m);
  assert.match(same.out, /Nothing that is stored would be lost, and nothing saved\.\n$/);

  const changed = await run(
    'retention:\n' +
      '  - { match: \'{__name__=~"debug_.*"}\', keep: { raw: 1d } }\n' +
      '  - { match: "{}", keep: { raw: 5d } }\n',
  );
  assert.equal(changed.status, 0, changed.err);
  assert.match(changed.out, /^\{__name__=~"debug_\.\*"\} +raw=1d +raw +1 +1 .* 1 +1 /m);
  assert.match(
    changed.out,
    /This would save [\d.]+ \w+, [\d.]+ % of what is stored, and lose 2 samples of 2 series from .* to .* UTC; 1 of them altogether\.\n/,
  );
  assert.match(
    changed.out,
    /next round removes 0 B of it; the rest goes when .*, the last of it on \d{4}-\d\d-\d\d\.\n$/,
  );

  const wrong = await run('retention: [{ match: "{a=~\'(\'}", keep: { raw: 5d } }]\n');
  assert.equal(wrong.status, 2);
  assert.match(wrong.err, /changed\.yaml:1: retention\[0\]\.match: /);
});
