/**
 * Tocsin beside Prometheus and Alertmanager, in one run: `npm run bench:alerting`. From the sample that crosses to the webhook, the
 * cost of a round of 1,000 rules, and 100,000 active alerts. Needs `prometheus` and `alertmanager`, see bench/peers/README.md.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { CONTENT_TYPES, VERSION_HEADER, VERSION_VALUES } from '@tocsin/protocol/remote-write/version.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { eventually } from '../test/stack/eventually.ts';
import { freePorts } from '../test/stack/free-ports.ts';
import { describeMachine } from './machine.ts';
import { findPeer } from './peers/find-peer.ts';
import { cpuSeconds, residentMemory } from './target/process-usage.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    alerts: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
  },
});
const RULES = 1_000;
const SERIES_PER_RULE = 10;
const RULES_PER_GROUP = 100;
const ROUND_SECONDS = 10;
const LAUNCHER = fileURLToPath(new URL('../cli/tocsin.js', import.meta.url));
const CROSSING = `groups:
  - { name: crossing, interval: 1s, rules: [{ alert: Crossed, expr: crossing > 1 }] }
`;
const URGENT = `groups:
  - { name: urgent, interval: 1s, rules: [{ alert: Urgent, expr: urgent > 1, urgent: true }] }
`;

interface Side {
  readonly name: 'tocsin' | 'peers';
  readonly store: string;
  readonly alerts: string;
  readonly processes: ChildProcess[];
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-alerting-'));
const children: ChildProcess[] = [];
const arrivedMs = new Map<string, number>();
const sink = createServer(async (request, response) => {
  const nowMs = performance.now();
  const body: { alerts?: { labels: Record<string, string> }[] } = JSON.parse(await readText(request));
  for (const { labels } of body.alerts ?? []) {
    const key = `${request.url?.slice(1)} ${labels['trial']}`;
    if (!arrivedMs.has(key)) arrivedMs.set(key, nowMs);
  }
  response.end();
});
sink.listen(0, '127.0.0.1');
await once(sink, 'listening');
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

try {
  const section = async <T>(name: string, run: () => Promise<T>): Promise<T | null> => {
    if (!new RegExp(values.only).test(name)) return null;
    const result = await run();
    console.error(name, JSON.stringify(result));
    return result;
  };
  const quiet = await section('threshold', () =>
    withSides({ 'a.yml': manyRules((n) => `load{rule="${n}"} > 1e9`) }, {}, measureRounds),
  );
  const latency = await section('latency', () =>
    withSides({ 'a.yml': CROSSING }, { 'b.yml': URGENT }, measureLatency),
  );
  const rates = await section('rate', () =>
    withSides({ 'a.yml': manyRules((n) => `rate(load{rule="${n}"}[2m]) > 1e9`) }, {}, measureRounds),
  );
  const active = await section('active', () => withSides({}, {}, measureActiveAlerts));
  const report = {
    at: new Date().toISOString(),
    machine: describeMachine(),
    versions: {
      tocsin: versionOf('tocsin'),
      prometheus: versionOf('prometheus'),
      alertmanager: versionOf('alertmanager'),
    },
    crossingToWebhookMs: latency,
    cpuSecondsPerRound: { rules: RULES, seriesPerRule: SERIES_PER_RULE, threshold: quiet, rate: rates },
    activeAlerts: active,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  writeFileSync(new URL('./results/alerting.json', import.meta.url), text);
  console.log(text);
} finally {
  for (const child of children) child.kill('SIGKILL');
  sink.close();
  sink.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}

type Files = Readonly<Record<string, string>>;

/** Runs both on empty folders, measures, and stops them. */
async function withSides<T>(
  rules: Files,
  ours: Files,
  measure: (sides: readonly Side[]) => Promise<T>,
): Promise<T> {
  const sides = [await startTocsin({ ...rules, ...ours }), await startPeers(rules)];
  try {
    return await measure(sides);
  } finally {
    for (const child of sides.flatMap(({ processes }) => processes)) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const { name } of sides) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function routing(name: Side['name']): string {
  return `route: { receiver: sink, group_by: [alertname, trial, cluster], group_wait: 0s, group_interval: 5m, repeat_interval: 6h }
receivers: [{ name: sink, webhook_configs: [{ url: '${sinkUrl}/${name}', send_resolved: false }] }]
`;
}

async function startTocsin(rules: Files): Promise<Side> {
  const [store = 0, alerts = 0] = await freePorts(2);
  const cwd = folderOf('tocsin', rules);
  const config = `listen: { aggregator: 127.0.0.1:${store}, alerting: 127.0.0.1:${alerts}, otlp: 'off' }
rules: ['rules/*.yml']
routing: alertmanager.yml
`;
  writeFileSync(join(cwd, 'tocsin.yaml'), config);
  const run = (part: string) =>
    start(cwd, process.execPath, [LAUNCHER, part, '--config', 'tocsin.yaml', '--data-dir', 'data']);
  const side: Side = {
    name: 'tocsin',
    store: `http://127.0.0.1:${store}`,
    alerts: `http://127.0.0.1:${alerts}`,
    processes: [run('aggregator'), run('alerting')],
  };
  await ready(side);
  return side;
}

async function startPeers(rules: Files): Promise<Side> {
  const [store = 0, alerts = 0] = await freePorts(2);
  const cwd = folderOf('peers', rules);
  writeFileSync(
    join(cwd, 'prometheus.yml'),
    `global: { evaluation_interval: ${ROUND_SECONDS}s }
rule_files: ['rules/*.yml']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${alerts}'] }] }] }
`,
  );
  const side: Side = {
    name: 'peers',
    store: `http://127.0.0.1:${store}`,
    alerts: `http://127.0.0.1:${alerts}`,
    processes: [
      start(cwd, findPeer('prometheus'), [
        '--config.file=prometheus.yml',
        '--storage.tsdb.path=data',
        '--web.enable-remote-write-receiver',
        `--web.listen-address=127.0.0.1:${store}`,
      ]),
      start(cwd, findPeer('alertmanager', 'prometheus-alertmanager'), [
        '--config.file=alertmanager.yml',
        '--storage.path=am',
        '--cluster.listen-address=',
        `--web.listen-address=127.0.0.1:${alerts}`,
      ]),
    ],
  };
  await ready(side);
  // What it has to say before it knows its Alertmanager is said again only a minute later.
  await eventually('Prometheus to find its Alertmanager', async () => {
    const found = await (await fetch(`${side.store}/api/v1/alertmanagers`)).text();
    return found.includes('/api/v2/alerts') ? true : undefined;
  });
  return side;
}

function folderOf(name: Side['name'], rules: Files): string {
  const cwd = join(folder, name);
  mkdirSync(join(cwd, 'rules'), { recursive: true });
  for (const [file, text] of Object.entries(rules)) writeFileSync(join(cwd, 'rules', file), text);
  writeFileSync(join(cwd, 'alertmanager.yml'), routing(name));
  return cwd;
}

function start(cwd: string, program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { cwd, stdio: 'ignore' });
  children.push(child);
  return child;
}

async function ready({ name, store, alerts }: Side): Promise<void> {
  for (const url of [store, alerts])
    await eventually(`${name} at ${url} to be ready`, async () =>
      (await fetch(`${url}/-/ready`).catch(() => null))?.ok ? true : undefined,
    );
}

interface Written {
  readonly labels: Readonly<Record<string, string>>;
  readonly timestampsMs: readonly number[];
  readonly values: readonly number[];
}

async function write(side: Side, series: readonly Written[]): Promise<void> {
  const request = encodeWriteRequestV1(
    series.map(({ labels, timestampsMs, values }) => ({
      labels: labelsFromObject(labels),
      timestampsMs: Float64Array.from(timestampsMs),
      values: Float64Array.from(values),
    })),
  );
  const answer = await fetch(`${side.store}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': CONTENT_TYPES['1.0'],
      'content-encoding': 'snappy',
      [VERSION_HEADER]: VERSION_VALUES['1.0'],
    },
    body: new Uint8Array(encodeSnappy(request)),
  });
  if (!answer.ok) throw new Error(`${side.name} refuses samples: ${answer.status} ${await answer.text()}`);
}

/** One series crosses at a time, at a moment of its own within the round, on both sides at once. */
async function measureLatency(sides: readonly Side[]) {
  const measured = { tocsin: [] as number[], tocsinUrgent: [] as number[], peers: [] as number[] };
  await sleep(3_000);
  for (let trial = 0; trial < Number(values.trials); trial++) {
    const one = async (side: Side, metric: string, into: number[]): Promise<void> => {
      const name = `${metric}-${trial}`;
      const startMs = performance.now();
      await write(side, [
        { labels: { __name__: metric, trial: name }, timestampsMs: [Date.now()], values: [2] },
      ]);
      const key = `${side.name} ${name}`;
      while (!arrivedMs.has(key)) {
        if (performance.now() - startMs > 90_000) throw new Error(`${side.name} never told of ${name}`);
        await sleep(5);
      }
      into.push(arrivedMs.get(key)! - startMs);
    };
    const [tocsin, peers] = sides as [Side, Side];
    await Promise.all([
      one(tocsin, 'crossing', measured.tocsin),
      one(tocsin, 'urgent', measured.tocsinUrgent),
      one(peers, 'crossing', measured.peers),
    ]);
    await sleep(37 * (trial % 27));
  }
  return Object.fromEntries(Object.entries(measured).map(([name, all]) => [name, quantiles(all)]));
}

async function measureRounds(sides: readonly Side[]) {
  const nowMs = Date.now();
  const ages = [90, 75, 60, 45, 30, 15, 0].map((seconds) => nowMs - seconds * 1_000);
  const measured: Record<string, number> = {};
  for (const side of sides) {
    for (let rule = 0; rule < RULES; rule += RULES_PER_GROUP) {
      const series = Array.from({ length: RULES_PER_GROUP * SERIES_PER_RULE }, (_, i) => ({
        labels: {
          __name__: 'load',
          rule: String(rule + Math.floor(i / SERIES_PER_RULE)),
          instance: `host-${i % SERIES_PER_RULE}`,
          job: 'bench',
        },
        timestampsMs: ages,
        values: ages.map((_, k) => k * 10 + i),
      }));
      await write(side, series);
    }
  }
  await sleep(2 * ROUND_SECONDS * 1_000);
  const before = sides.map(cpuOf);
  await sleep(Number(values.rounds) * ROUND_SECONDS * 1_000);
  for (const [i, side] of sides.entries())
    measured[side.name] = Number(((cpuOf(side) - before[i]!) / Number(values.rounds)).toFixed(4));
  return measured;
}

function manyRules(expression: (rule: number) => string): string {
  const lines = ['groups:'];
  for (let rule = 0; rule < RULES; rule++) {
    if (rule % RULES_PER_GROUP === 0)
      lines.push(`  - name: g${rule}`, `    interval: ${ROUND_SECONDS}s`, '    rules:');
    lines.push(`      - { alert: High${rule}, expr: '${expression(rule)}' }`);
  }
  return `${lines.join('\n')}\n`;
}

async function measureActiveAlerts(sides: readonly Side[]) {
  const count = Number(values.alerts);
  const measured: Record<string, unknown> = {};
  for (const side of sides) {
    const startCpu = cpuOf(side);
    for (let first = 0; first < count; first += 1_000) {
      const alerts = Array.from({ length: 1_000 }, (_, i) => ({
        labels: {
          alertname: 'Down',
          cluster: `c${(first + i) % 100}`,
          instance: `host-${first + i}`,
          job: 'bench',
          severity: 'page',
        },
        annotations: { summary: `host-${first + i} is down` },
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      }));
      const answer = await fetch(`${side.alerts}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
      });
      if (!answer.ok) throw new Error(`${side.name} refuses alerts: ${answer.status} ${await answer.text()}`);
    }
    const postedCpu = cpuOf(side);
    const groups = (await (await fetch(`${side.alerts}/api/v2/alerts/groups`)).json()) as {
      alerts: readonly unknown[];
    }[];
    measured[side.name] = {
      alerts: groups.reduce((sum, group) => sum + group.alerts.length, 0),
      groups: groups.length,
      cpuSecondsToTake: Number((postedCpu - startCpu).toFixed(2)),
      cpuSecondsToServe: Number((cpuOf(side) - postedCpu).toFixed(2)),
      peakMiB: Math.round(residentMemory(side.processes[1]!.pid!).rssMiBMax),
    };
  }
  return measured;
}

function cpuOf({ processes }: Side): number {
  return processes.reduce((sum, child) => sum + cpuSeconds(child.pid!), 0);
}

function quantiles(all: readonly number[]) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: Math.round(sorted.at(-1) ?? 0), trials: sorted.length };
}

function versionOf(program: 'tocsin' | 'prometheus' | 'alertmanager'): string {
  if (program === 'tocsin')
    return (
      JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    ).version;
  const path =
    program === 'prometheus' ? findPeer('prometheus') : findPeer('alertmanager', 'prometheus-alertmanager');
  return /version ([^ ,]+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
