// The same samples to Prometheus and Tocsin, then the same random queries; compares the answers whole.
// `node bench/peers/promql.ts --seed 1 --queries 2000`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { startTarget } from '../target/target.ts';
import { writeSamples } from '../target/write-samples.ts';
import { type Answer, differenceOf } from './promql/compare-answers.ts';
import { dataset, END_SECONDS, START_SECONDS } from './promql/dataset.ts';
import { type Generated, QueryGenerator } from './promql/query-generator.ts';

const FEATURES =
  'promql-experimental-functions,promql-delayed-name-removal,promql-duration-expr,native-histograms';
const ENDPOINTS = ['query', 'query_range'] as const;

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    queries: { type: 'string', default: '1000' },
    reference: { type: 'string' },
    target: { type: 'string' },
    'skip-push': { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'tocsin-promql-'));
const started = [];
try {
  const urls: string[] = [];
  for (const [name, url] of [
    ['prometheus', options.reference],
    ['tocsin', options.target],
  ] as const) {
    if (url !== undefined) {
      urls.push(url);
      continue;
    }
    const flags = name === 'prometheus' ? [`--enable-feature=${FEATURES}`] : [];
    const target = await startTarget(name, folder, { flags });
    started.push(target);
    urls.push(target.url);
  }
  if (!options['skip-push']) {
    const bodies = dataset().map((series) => encodeSnappy(encodeWriteRequestV1(series)));
    for (const url of urls) await writeSamples({ url }, bodies);
  }
  await run(urls[0]!, urls[1]!);
} finally {
  await Promise.all(started.map((target) => target.stop()));
  rmSync(folder, { recursive: true, force: true });
}

async function run(reference: string, target: string): Promise<void> {
  const only = options.only === undefined ? null : new RegExp(options.only);
  const seed = Number(options.seed);
  let [asked, differing] = [0, 0];
  for (let index = 0; index < Number(options.queries); index++) {
    const seeded = createSeededRandom(seed * 1_000_003 + index);
    const random = () => seeded.next();
    const query = new QueryGenerator(random).query();
    const parameters = timesOf(random);
    if (only !== null && !only.test(query.text)) continue;
    for (const [which, endpoint] of ENDPOINTS.entries()) {
      asked++;
      const times = parameters[which]!;
      const difference = await differ(reference, target, endpoint, query.text, times);
      if (difference === null) continue;
      differing++;
      const smallest = await shrink(query, (text) => differ(reference, target, endpoint, text, times));
      console.log(
        `${endpoint} ${new URLSearchParams(times)} #${index}\n  ${smallest.text}\n  ${smallest.difference ?? difference}`,
      );
    }
  }
  console.log(`seed ${seed}: ${asked} asked, ${differing} differ`);
  process.exitCode = differing === 0 ? 0 : 1;
}

/** Parameters of an instant and of a range query, on and off the samples' own times. */
function timesOf(random: () => number): Record<string, string>[] {
  const span = END_SECONDS - START_SECONDS;
  const time = START_SECONDS + Math.floor((random() * 1.1 * span) / 10) * 10 + (random() < 0.3 ? 0.123 : 0);
  const start = START_SECONDS + Math.floor((random() * 0.8 * span) / 10) * 10;
  const step = [10, 15, 30, 60, 300, 0.5][Math.floor(random() * 6)]!;
  const end = start + step * Math.floor(1 + random() * 40);
  return [{ time: String(time) }, { start: String(start), end: String(end), step: String(step) }];
}

async function differ(
  reference: string,
  target: string,
  endpoint: string,
  query: string,
  times: Record<string, string>,
): Promise<string | null> {
  const body = new URLSearchParams({ query, ...times });
  const [theirs, ours] = await Promise.all([ask(reference, endpoint, body), ask(target, endpoint, body)]);
  return differenceOf(theirs, ours, query);
}

async function ask(url: string, endpoint: string, body: URLSearchParams): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/${endpoint}`, { method: 'POST', body });
  const text = await response.text();
  try {
    return { code: response.status, ...JSON.parse(text) };
  } catch {
    return { code: response.status, status: 'error', error: `no JSON: ${text.slice(0, 200)}` };
  }
}

/** The smallest part that differs by itself. */
async function shrink(
  query: Generated,
  differs: (text: string) => Promise<string | null>,
): Promise<{ readonly text: string; readonly difference: string | null }> {
  for (const part of query.parts) {
    const difference = await differs(part.text);
    if (difference === null) continue;
    const smaller = await shrink(part, differs);
    return { text: smaller.text, difference: smaller.difference ?? difference };
  }
  return { text: query.text, difference: null };
}
