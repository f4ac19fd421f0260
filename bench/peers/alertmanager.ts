// The same alertmanager.yml and the same timed alerts to Alertmanager and to Tocsin; prints where their notifications
// differ. `node bench/peers/alertmanager.ts [--only REGEX]`; exit status 1 when any do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { eventually } from '../../test/stack/eventually.ts';
import { freePorts } from '../../test/stack/free-ports.ts';
import {
  INHIBIT_RULES,
  RECEIVERS,
  SCENARIOS,
  type Scenario,
  type ScenarioAlert,
  type Step,
  TIME_INTERVALS,
} from './alertmanager-scenarios.ts';
import { findPeer } from './find-peer.ts';

const SECONDS = 16;
/** Alertmanager's own flushes move this much from run to run. */
const TOLERANCE_SECONDS = 1.2;
const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));

interface Arrival {
  readonly seconds: number;
  readonly text: string;
}
interface Side {
  readonly name: 'alertmanager' | 'tocsin';
  readonly url: string;
  readonly silences: Map<string, string>;
  readonly arrivals: Map<string, Arrival[]>;
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const only = new RegExp(values.only);
const scenarios = SCENARIOS.filter(({ name }) => only.test(name));
const folder = mkdtempSync(join(tmpdir(), 'tocsin-peers-'));
const running: ChildProcess[] = [];
let startMs = 0;

const [peerPort, ourPort] = await freePorts(2);
const sides: readonly Side[] = [
  { name: 'alertmanager', url: `http://127.0.0.1:${peerPort}`, silences: new Map(), arrivals: new Map() },
  { name: 'tocsin', url: `http://127.0.0.1:${ourPort}`, silences: new Map(), arrivals: new Map() },
];
const sink = createServer(async (request, response) => {
  const [, side, receiver = ''] = (request.url ?? '').split('/');
  const body = await readText(request);
  const at = sides.find(({ name }) => name === side);
  if (at) response.writeHead(receive(at, receiver, body)).end();
  else response.writeHead(404).end();
});
sink.listen(0, '127.0.0.1');
await once(sink, 'listening');
const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

try {
  start('alertmanager', findPeer('alertmanager', 'prometheus-alertmanager'), [
    '--config.file=alertmanager.yml',
    '--storage.path=data',
    `--web.listen-address=127.0.0.1:${peerPort}`,
    '--cluster.listen-address=',
    '--web.external-url=http://example.test/',
  ]);
  start('tocsin', process.execPath, [
    LAUNCHER,
    'alerting',
    '--config',
    'tocsin.yaml',
    '--listen',
    `127.0.0.1:${ourPort}`,
    '--data-dir',
    'data',
  ]);
  for (const { name, url } of sides)
    await eventually(`${name} to be ready`, async () =>
      (await fetch(`${url}/-/healthy`)).ok ? true : undefined,
    );
  startMs = Date.now() + 500;
  await Promise.all(scenarios.flatMap(({ name, steps }) => steps.map((step) => play(name, step))));
  await sleepUntil(SECONDS);
  const differing = scenarios.filter((scenario) => !agrees(scenario));
  console.log(`${scenarios.length - differing.length} of ${scenarios.length} scenarios agree`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  for (const child of running) child.kill('SIGKILL');
  sink.close();
  sink.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}

function start(side: Side['name'], program: string, args: readonly string[]): void {
  const cwd = join(folder, side);
  mkdirSync(cwd);
  const routes = SCENARIOS.map(
    ({ name, route }) => `    - { matchers: ['scenario="${name}"']${route === '' ? '' : `, ${route}`} }`,
  );
  writeFileSync(
    join(cwd, 'alertmanager.yml'),
    `route:
  receiver: root
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 1h
  routes:
${routes.join('\n')}
receivers:${RECEIVERS.replaceAll('SINK', `${sinkUrl}/${side}`)}
inhibit_rules:${INHIBIT_RULES}
time_intervals:${TIME_INTERVALS}
`,
  );
  writeFileSync(
    join(cwd, 'tocsin.yaml'),
    'routing: alertmanager.yml\nexternal_url: http://example.test/\nrules: []\n',
  );
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.once(
    'exit',
    (code) => code === null || console.error(`${side} ended with status ${code}:\n${complaints}`),
  );
  running.push(child);
}

/** What the sink answers: its receivers fail as their names say. */
function receive(side: Side, receiver: string, body: string): number {
  const message = JSON.parse(body);
  const scenario: string = message.alerts[0]?.labels.scenario ?? '';
  const list = side.arrivals.get(scenario) ?? [];
  side.arrivals.set(scenario, list);
  const earlier = list.filter(({ text }) => text.startsWith(`${receiver} `)).length;
  list.push({ seconds: (Date.now() - startMs) / 1_000, text: `${receiver} ${normalised(message)}` });
  if (receiver === 'refuses') return 404;
  return receiver === 'fails-twice' && earlier < 2 ? 500 : 200;
}

/** Without what must differ: times, and the order of alerts that began at one time. */
function normalised(message: { readonly alerts: readonly Record<string, unknown>[] }): string {
  const alerts = message.alerts.map((alert) => ({
    ...alert,
    startsAt: typeof alert['startsAt'],
    endsAt: String(alert['endsAt']).startsWith('0001') ? 'open' : 'ended',
  }));
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([x], [y]) => (x < y ? -1 : 1))
              .map(([key, inner]) => [key, sorted(inner)]),
          )
        : value;
  return JSON.stringify(sorted({ ...message, alerts }));
}

async function play(scenario: string, step: Step): Promise<void> {
  await sleepUntil(step.at);
  await Promise.all(sides.map((side) => send(side, scenario, step)));
}

async function send(side: Side, scenario: string, step: Step): Promise<void> {
  if (step.kind === 'expire') {
    await request(side, 'DELETE', `/api/v2/silence/${side.silences.get(`${scenario} ${step.id}`)}`);
  } else if (step.kind === 'silence') {
    const texts = [`scenario="${scenario}"`, ...step.matchers];
    const matchers = texts.map((text) => {
      const [, name, operator, value] = /^(\w+)(=~|!=|=)"(.*)"$/.exec(text) ?? [];
      return { name, value, isRegex: operator === '=~', isEqual: operator !== '!=' };
    });
    const answer = await request(side, 'POST', '/api/v2/silences', {
      matchers,
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'peers',
      comment: scenario,
    });
    side.silences.set(`${scenario} ${step.id}`, JSON.parse(answer).silenceID);
  } else {
    const alerts = step.alerts.map((alert) => wireAlert(scenario, step.kind === 'resolve', alert));
    await request(side, 'POST', '/api/v2/alerts', alerts);
  }
}

function wireAlert(scenario: string, resolved: boolean, alert: ScenarioAlert): unknown {
  const endsMs = resolved
    ? Date.now()
    : alert.endsIn === undefined
      ? null
      : Date.now() + alert.endsIn * 1_000;
  return {
    labels: { ...alert.labels, scenario },
    annotations: alert.annotations ?? {},
    generatorURL: 'http://example.test/graph',
    ...(endsMs === null ? {} : { endsAt: new Date(endsMs).toISOString() }),
  };
}

async function request(side: Side, method: string, path: string, body?: unknown): Promise<string> {
  const response = await fetch(side.url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok)
    throw new Error(`${side.name} answers ${method} ${path} with ${response.status}: ${answer}`);
  return answer;
}

/** Compares what both have sent, receiver by receiver; what came within the last moments may be on its way elsewhere. */
function agrees({ name }: Scenario): boolean {
  const [theirs = [], ours = []] = sides.map(({ arrivals }) => ordered(arrivals.get(name) ?? []));
  const same =
    theirs.length === ours.length &&
    theirs.every(({ text, seconds }, i) => {
      const other = ours[i];
      return other && other.text === text && Math.abs(other.seconds - seconds) <= TOLERANCE_SECONDS;
    });
  if (same) return true;
  console.log(`DIFFERS ${name}`);
  for (const [label, list] of [
    ['alertmanager', theirs],
    ['tocsin', ours],
  ] as const)
    for (const { seconds, text } of list) console.log(`  ${label} ${seconds.toFixed(1)} s ${text}`);
  return false;
}

function ordered(list: readonly Arrival[]): readonly Arrival[] {
  const early = list.filter(({ seconds }) => seconds < SECONDS - TOLERANCE_SECONDS);
  return early.sort((x, y) => Math.round(x.seconds) - Math.round(y.seconds) || (x.text < y.text ? -1 : 1));
}

async function sleepUntil(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, startMs + seconds * 1_000 - Date.now())));
}
