import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedDisk } from '@tocsin/runtime/testing/simulated-disk.ts';
import { DEFAULT_AGGREGATOR_LIMITS } from '../limits.ts';
import { createMetricStore } from '../store/metric-store.ts';
import type { RetentionRule } from './retention-policies.ts';
import { reportRetention } from './retention-report.ts';

const DAY = 24 * 3_600_000;
const NOW = 20_700 * DAY + DAY / 2;

interface Sample {
  readonly job: string;
  readonly i: string;
  readonly timeMs: number;
}

/** A folder with these samples in sealed files, one for each policy and day. */
async function stored(rules: readonly RetentionRule[], samples: readonly Sample[], seed = 1) {
  const random = createSeededRandom(seed);
  const disk = createSimulatedDisk(random);
  const clock = createSimulatedClock(NOW);
  const store = createMetricStore(
    { clock, disk, random, log: silentLog },
    { folder: '/a/metrics', limits: DEFAULT_AGGREGATOR_LIMITS, retention: rules, owners: 1 },
  );
  await store.open();
  const series = samples.map(({ job, i, timeMs }) => ({
    labels: labelsFromObject({ __name__: 'm', job, i }),
    timestampsMs: Float64Array.of(timeMs),
    values: Float64Array.of(timeMs % 1_000),
  }));
  const { refusals } = await store.write({ version: '1.0', bytes: encodeWriteRequestV1(series) });
  assert.equal(refusals, '');
  await store.compact();
  const { partitionBytes } = await store.figures();
  await store.close();
  return { disk, partitionBytes };
}

const daysAgo = (days: number, job: string, i = '1'): Sample => ({ job, i, timeMs: NOW - days * DAY });

describe('the report on retention', () => {
  const before = [{ match: '{}', keep: { raw: '30d' } }];
  const samples = [daysAgo(20, 'a'), daysAgo(10, 'a'), daysAgo(3, 'b'), daysAgo(20, 'c')];

  it('says what is held, and of a changed file what it would save and lose', async () => {
    const { disk, partitionBytes } = await stored(before, samples);
    const same = await reportRetention(disk, '/a', before, NOW);
    assert.deepEqual([same.lost.samples, same.lost.bytes, same.lastRemovalMs], [0, 0, null]);
    assert.equal(same.held.bytes, partitionBytes);

    const changed = [
      { match: '{job="c"}', keep: { raw: '5d' } },
      { match: '{}', keep: { raw: '15d' } },
    ];
    const report = await reportRetention(disk, '/a', changed, NOW);
    assert.deepEqual(
      report.stored.map(({ keep, tier, files, held }) => [keep, tier, files, held.series, held.samples]),
      [['raw=30d', 'raw', 3, 3, 4]],
    );
    const rows = report.given.map(({ match, held, lost }) => [
      match,
      held.samples,
      lost.series,
      lost.samples,
    ]);
    assert.deepEqual(rows.toSorted(), [
      ['{job="c"}', 1, 1, 1],
      ['{}', 3, 1, 1],
    ]);
    const { lost, seriesGone, bytesAtOnce, lastRemovalMs } = report;
    assert.deepEqual(
      [lost.series, lost.samples, lost.oldestMs, lost.newestMs],
      [2, 2, NOW - 20 * DAY, NOW - 20 * DAY],
    );
    assert.ok(lost.bytes > 0 && lost.bytes < partitionBytes);
    assert.equal(seriesGone, 1, 'series a is left, series c is not');
    // They were promised 30 days.
    assert.deepEqual([bytesAtOnce, lastRemovalMs], [0, NOW + 10 * DAY]);
  });

  it('tells what goes at once from what was promised for ever', async () => {
    const { disk } = await stored([{ match: '{}', keep: { raw: 'forever' } }], samples);
    const report = await reportRetention(disk, '/a', [{ match: '{}', keep: { raw: '15d' } }], NOW);
    assert.equal(report.lastRemovalMs, Number.POSITIVE_INFINITY);
    const later = NOW + 40 * DAY;
    const { disk: other } = await stored(before, samples);
    const outlived = await reportRetention(other, '/a', before, later);
    assert.equal(outlived.bytesAtOnce, outlived.held.bytes);
    assert.equal(outlived.lastRemovalMs, later);
  });

  it('names a file that cannot be read, and counts the rest', async () => {
    const { disk } = await stored(before, samples);
    const folder = '/a/metrics/owner-0/partitions';
    const [file] = (await disk.list(folder)).filter(({ name }) => name.startsWith('raw'));
    const bytes = await disk.readFile(`${folder}/${file!.name}`);
    bytes[bytes.length - 40]! ^= 1;
    await disk.writeFileAtomic(`${folder}/${file!.name}`, bytes);
    const report = await reportRetention(disk, '/a', before, NOW);
    assert.equal(report.unreadable.length, 1);
    assert.match(report.unreadable[0]!, new RegExp(file!.name));
    assert.ok(report.held.samples < samples.length);
  });
});

test('what would be lost is what a look at every sample says', async () => {
  for (let seed = 1; seed <= 15; seed++) {
    const random = createSeededRandom(seed);
    const jobs = ['a', 'b', 'c'];
    const rulesOf = (): { job: string; days: number }[] =>
      jobs.slice(0, random.below(4)).map((job) => ({ job, days: 1 + random.below(25) }));
    const toRules = (list: readonly { job: string; days: number }[]): readonly RetentionRule[] => [
      ...list.map(({ job, days }) => ({ match: `{job="${job}"}`, keep: { raw: `${days + 30}d` } })),
      { match: '{}', keep: { raw: '60d' } },
    ];
    const [old, fresh] = [rulesOf(), rulesOf()];
    const samples = Array.from({ length: 60 }, () => ({
      job: jobs[random.below(3)]!,
      i: String(random.below(4)),
      timeMs: NOW - random.below(29 * DAY),
    }));
    const { disk } = await stored(toRules(old), samples, seed);
    const changed = [
      ...fresh.map(({ job, days }) => ({ match: `{job="${job}"}`, keep: { raw: `${days}d` } })),
      { match: '{}', keep: { raw: '12d' } },
    ];
    const report = await reportRetention(disk, '/a', changed, NOW);

    const fileOf = ({ job, timeMs }: Sample): string =>
      `${old.some((rule) => rule.job === job) ? job : ''} ${Math.floor(timeMs / DAY)}`;
    const newest = new Map<string, number>();
    for (const sample of samples)
      newest.set(fileOf(sample), Math.max(newest.get(fileOf(sample)) ?? 0, sample.timeMs));
    const isLost = (sample: Sample): boolean => {
      const days = fresh.find(({ job }) => job === sample.job)?.days ?? 12;
      return newest.get(fileOf(sample))! < NOW - days * DAY;
    };
    const seriesOf = (some: readonly Sample[]): ReadonlySet<string> =>
      new Set(some.map(({ job, i }) => `${job} ${i}`));
    const distinct = (some: readonly Sample[]): number =>
      new Set(some.map(({ job, i, timeMs }) => `${job} ${i} ${timeMs}`)).size;
    const [lost, kept] = [samples.filter(isLost), samples.filter((sample) => !isLost(sample))];
    const gone = [...seriesOf(lost)].filter((series) => !seriesOf(kept).has(series));
    assert.deepEqual(
      [report.held.samples, report.lost.samples, report.lost.series, report.seriesGone],
      [distinct(samples), distinct(lost), seriesOf(lost).size, gone.length],
      `seed ${seed}`,
    );
    const sum = (of: (row: (typeof report.given)[number]) => number): number =>
      report.given.reduce((total, row) => total + of(row), 0);
    assert.equal(
      sum(({ lost: one }) => one.samples),
      report.lost.samples,
    );
    assert.ok(Math.abs(sum(({ lost: one }) => one.bytes) - report.lost.bytes) <= report.given.length);
  }
});
