import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { labelsFromObject, labelsToObject } from '@tocsin/protocol/labels/labels.ts';
import { checkSchema } from '@tocsin/runtime/config/check-schema.ts';
import { parseYamlFile } from '@tocsin/runtime/config/yaml-file.ts';
import { createHttpClient } from '@tocsin/runtime/http/client.ts';
import { systemDisk } from '@tocsin/runtime/system-disk.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import fc from 'fast-check';
import { z } from 'zod';
import type { Round } from '../samples/round.ts';
import { type ReceivedSample, samplesOf } from '../testing/receiver.case.ts';
import { type Scraped, scrape, targetLabels } from './scrape.ts';
import { scrapeConfigsSchema } from './scrape-config.ts';
import { type Target, targetsOf } from './target.ts';
import { createTargetLoop } from './target-loop.ts';

const client = createHttpClient();
const closing: (() => void)[] = [() => client.close()];
after(() => {
  for (const close of closing) close();
});
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
function parse(yaml: string) {
  const file = parseYamlFile('tocsin.yaml', yaml);
  return checkSchema(file, z.strictObject({ scrape_configs: scrapeConfigsSchema })).scrape_configs;
}
function targetFor(address: string, extra = ''): Target {
  const [target] = targetsOf(
    parse(`scrape_configs:\n  - job_name: shop\n    static_configs: [{ targets: ['${address}'] }]\n${extra}`),
    (path) => path,
  );
  return target!;
}
const once = (target: Target): Promise<Scraped> =>
  scrape({ client, disk: systemDisk, userAgent: 'test' }, target, 5_000, new AbortController().signal);
const find = (samples: readonly ReceivedSample[], name: string) =>
  samples.filter(({ labels }) => labels['__name__'] === name);

test('a target is scraped as its job says, and its samples carry job, instance and layer', async () => {
  let asked = '';
  const address = await serve((request, response) => {
    asked = `${request.url} ${request.headers.authorization} ${request.headers['x-prometheus-scrape-timeout-seconds']}`;
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync('# TYPE x counter\n# HELP x Things.\nx{job="own",layer="business"} 4 1234\ny 2\n'));
  });
  const extra = `    metrics_path: /m
    params: { collect: [a, b] }
    scrape_timeout: 2s
    basic_auth: { username: u, password: p }`;
  const scraped = await once(targetFor(address, extra));
  assert.equal(asked, '/m?collect=a&collect=b Basic dTpw 2');
  const [x, y] = samplesOf(scraped);
  assert.deepEqual(
    { ...x!.labels },
    { __name__: 'x', exported_job: 'own', instance: address, job: 'shop', layer: 'business' },
  );
  assert.deepEqual([x!.timestampMs, x!.value], [1_234, 4]);
  assert.deepEqual([y!.timestampMs, y!.labels['layer']], [5_000, 'system']);
  assert.deepEqual(scraped.metadata, [{ metric: 'x', type: 'counter', help: 'Things.', unit: '' }]);
  assert.equal(scraped.dated.length, 1);
});

test('honor_labels keeps what the target says, honor_timestamps: false does not', async () => {
  const address = await serve((_request, response) => void response.end('x{job="own"} 4 1234\n'));
  const [x] = samplesOf(
    await once(targetFor(address, '    honor_labels: true\n    honor_timestamps: false')),
  );
  assert.deepEqual([x!.labels['job'], x!.timestampMs], ['own', 5_000]);
});

test('labels never collide, whatever both sides say', () => {
  const name = fc.constantFrom('job', 'exported_job', 'exported_exported_job', 'layer', 'a');
  const labels = fc.dictionary(name, fc.constantFrom('1', '2', '3'), { noNullPrototype: true });
  fc.assert(
    fc.property(labels, labels, fc.boolean(), (own, target, honorLabels) => {
      const merged = labelsToObject(targetLabels(labelsFromObject(own), { labels: target, honorLabels }));
      const kept = honorLabels ? { ...target, ...own } : target;
      for (const [label, value] of Object.entries(kept)) assert.equal(merged[label], value);
      const values = Object.values(merged);
      for (const value of Object.values(own)) assert.ok(values.includes(value));
    }),
  );
});

test('what is no good answer is an error that says so', async () => {
  const cases: readonly [RequestListener, RegExp, string][] = [
    [(_request, response) => response.writeHead(500).end(), /server returned HTTP status 500/, ''],
    [(_request, response) => response.end('x 1\n<html>\n'), /line 2, column 1/, ''],
    [
      (_request, response) => response.end('x 1\ny 1\n'),
      /2 samples are more than the limit of 1/,
      '    sample_limit: 1',
    ],
    [
      (_request, response) => response.end('x'.repeat(5_000)),
      /exceeds 1024 bytes/,
      '    body_size_limit: 1KB',
    ],
    [() => undefined, /no complete answer within 50 ms/, '    scrape_timeout: 50ms'],
    [(request) => request.socket.destroy(), /Cannot reach/, ''],
    [
      (_request, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(gzipSync('x 1\n'.repeat(1_000_000)));
      },
      /larger than/,
      '    body_size_limit: 1MB',
    ],
  ];
  for (const [listener, message, extra] of cases) {
    const address = await serve(listener);
    await assert.rejects(once(targetFor(address, extra)), message);
  }
});

test('up and staleness follow the target', async () => {
  const clock = createSimulatedClock();
  const rounds: Round[] = [];
  let answer: () => Scraped = () => {
    throw new Error('refused');
  };
  const loop = createTargetLoop(
    {
      clock,
      scrape: async () => answer(),
      onRound: async (round) => void rounds.push(round),
      onScrape: () => undefined,
    },
    targetFor('127.0.0.1:1'),
  );
  const x = labelsFromObject({ __name__: 'x' });
  const good = (): Scraped => ({
    series: [{ labels: x, timestampsMs: Float64Array.of(clock.now()), values: Float64Array.of(1) }],
    metadata: [],
    dated: [x],
    samples: 1,
  });
  const last = () => samplesOf(rounds.at(-1)!);
  loop.start();
  await clock.advance(2_000);
  assert.equal(find(last(), 'up')[0]!.value, 0);
  assert.equal(loop.status().lastError, 'refused');

  answer = good;
  await clock.advance(15_000);
  assert.equal(rounds.length, 2);
  assert.equal(find(last(), 'up')[0]!.value, 1);
  assert.equal(find(last(), 'scrape_samples_scraped')[0]!.value, 1);

  answer = () => ({ ...good(), series: [], dated: [], samples: 0 });
  await clock.advance(15_000);
  assert.equal(find(last(), 'x')[0]!.stale, true);

  answer = good;
  await clock.advance(15_000);
  const before = rounds.length;
  await loop.stop(true);
  assert.equal(rounds.length, before + 1);
  assert.deepEqual(
    last().map(({ labels, stale }) => `${labels['__name__']} ${stale}`),
    [
      'x true',
      'up true',
      'scrape_duration_seconds true',
      'scrape_samples_scraped true',
      'scrape_samples_post_metric_relabeling true',
    ],
  );
  assert.equal(clock.pendingTimers, 0);
});

test('scrapes keep their distance and their moment in the interval', async () => {
  const clock = createSimulatedClock();
  const atMs: number[] = [];
  const loop = createTargetLoop(
    {
      clock,
      scrape: async () => {
        atMs.push(clock.now());
        await clock.sleep(700);
        throw new Error('slow');
      },
      onRound: async () => undefined,
      onScrape: () => undefined,
    },
    targetFor('127.0.0.1:2'),
  );
  loop.start();
  await clock.advance(120_000);
  await loop.stop(false);
  const distances = atMs.slice(1).map((at, i) => at - atMs[i]!);
  assert.ok(atMs.length >= 8);
  for (const distance of distances.slice(1)) assert.equal(distance, 15_000);
});

test('a configuration this agent cannot follow says where and what', () => {
  const cases: readonly [string, RegExp][] = [
    [
      '- job_name: a\n  file_sd_configs: []',
      /:3: scrape_configs\[0\]\.file_sd_configs: this agent does not know/,
    ],
    [
      '- job_name: a\n  relabel_configs: [{ action: drop }]',
      /:3: .*relabel_configs: this agent does not know it yet; /,
    ],
    [
      '- job_name: a\n  scrape_intervall: 5s',
      /:3: unknown key "scrape_intervall".*did you mean "scrape_interval"/,
    ],
    ['- scrape_interval: 5s', /job_name is missing/],
    ['- job_name: a\n- job_name: a', /:3: .*job "a" is there twice/],
    ['- job_name: a\n  scrape_interval: soon', /:3: .*expected a duration/],
    ['- job_name: a\n  scrape_interval: 5s\n  scrape_timeout: 6s', /:4: .*must not be longer/],
    ['- job_name: a\n  static_configs: [{ targets: ["http://x:1/m"] }]', /:3: .*expected HOST:PORT/],
    ['- job_name: a\n  static_configs: [{ targets: ["x:99999"] }]', /:3: .*expected HOST:PORT/],
    ['- job_name: a\n  authorization: {}', /:3: .*either credentials or credentials_file/],
  ];
  for (const [yaml, message] of cases) {
    assert.throws(() => parse(`scrape_configs:\n${yaml}`), message, yaml);
  }
});

test('no configuration makes the reader fail other than with an error for a person', () => {
  const key = fc.constantFrom(
    'job_name',
    'static_configs',
    'targets',
    'params',
    'scrape_timeout',
    'scheme',
    'labels',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (scrape_configs) => {
      try {
        targetsOf(parse(JSON.stringify({ scrape_configs })), (path) => path);
      } catch (error) {
        assert.ok(error instanceof Error && /tocsin\.yaml/.test(error.message), String(error));
      }
    }),
  );
});
