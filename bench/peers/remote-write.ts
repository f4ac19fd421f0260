// Prometheus scrapes and writes the same by remote write 1.0 and 2.0 to Tocsin; then every raw sample of both is
// compared with Prometheus' own, native histograms and staleness included. `node bench/peers/remote-write.ts`
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../test/stack/eventually.ts';
import { freePorts } from '../../test/stack/free-ports.ts';
import { findPeer } from './find-peer.ts';

const SECONDS = 40;
/** What is this young may still be on its way. */
const SETTLED_SECONDS = 8;
const RANGE = '25s';
const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));
const VERSIONS = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;

interface Sampled {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: unknown;
  readonly histograms?: unknown;
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-peers-'));
const running: ChildProcess[] = [];
const [peerPort, ourPort] = await freePorts(2);
const peerUrl = `http://127.0.0.1:${peerPort}`;
const ourUrl = `http://127.0.0.1:${ourPort}`;

let scrapes = 0;
const exporter = createServer((_request, response) => {
  const round = ++scrapes;
  response.writeHead(200, { 'Content-Type': 'application/openmetrics-text; version=1.0.0; charset=utf-8' });
  response.end(page(round));
});
await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
const exporterTarget = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;

try {
  writeFileSync(join(folder, 'prometheus.yml'), configuration());
  writeFileSync(join(folder, 'tocsin.yaml'), "retention: [{ match: '{}', keep: { raw: forever } }]\n");
  const ours = [
    'aggregator',
    '--config',
    'tocsin.yaml',
    '--listen',
    `127.0.0.1:${ourPort}`,
    '--data-dir',
    'tocsin',
  ];
  start(process.execPath, [LAUNCHER, ...ours]);
  await eventually('tocsin', async () => ((await fetch(`${ourUrl}/-/ready`)).ok ? true : undefined));
  start(findPeer('prometheus'), [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=prometheus',
    '--enable-feature=native-histograms,exemplar-storage,metadata-wal-records',
    `--web.listen-address=127.0.0.1:${peerPort}`,
  ]);
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
  const time = Date.now() / 1_000 - SETTLED_SECONDS;
  const theirs = await samples(peerUrl, '{__name__!=""}', time);
  let differing = 0;
  for (const version of VERSIONS) {
    const stored = await samples(ourUrl, `{via="${version}"}`, time);
    const wrong = [...theirs].filter(([key, text]) => stored.get(key) !== text).map(([key]) => key);
    differing += wrong.length;
    console.log(`${version}: ${theirs.size - wrong.length} of ${theirs.size} series agree`);
    for (const key of wrong.slice(0, 5))
      console.log(`  ${key}\n    prometheus ${theirs.get(key)}\n    tocsin     ${stored.get(key)}`);
  }
  process.exitCode = differing === 0 && theirs.size > 0 ? 0 : 1;
} finally {
  for (const child of running) child.kill('SIGKILL');
  exporter.close();
  exporter.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
}

function start(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  child.once(
    'exit',
    (code) => code === null || console.error(`${program} ended with ${code}:\n${complaints}`),
  );
  running.push(child);
}

/** A series ends at some scrapes, so that there are staleness markers. */
function page(round: number): string {
  const sometimes = round % 5 < 2 ? `sometimes{n="1"} ${round}\n` : '';
  return `# TYPE lat histogram
# HELP lat How long "it" took\\nin seconds
lat_bucket{le="0.1"} ${round} # {trace_id="t${round}"} 0.05 ${Date.now() / 1_000}
lat_bucket{le="+Inf"} ${3 * round} # {trace_id="u${round}"} 0.5
lat_sum ${1.5 * round}
lat_count ${3 * round}
# TYPE requests counter
requests_total{code="200",path="ü \\"q\\" \\\\"} ${round}
# TYPE sometimes gauge
${sometimes}# TYPE odd gauge
odd{value="nan"} NaN
odd{value="inf"} -Inf
odd{value="small"} 5e-324
# EOF
`;
}

function configuration(): string {
  const writes = VERSIONS.map(
    (version) => `  - url: ${ourUrl}/api/v1/write
    name: ${version}
    protobuf_message: ${version}
    send_exemplars: true
    send_native_histograms: true
    write_relabel_configs: [{ target_label: via, replacement: ${version} }]`,
  );
  return `global: { scrape_interval: 2s }
scrape_configs:
  - { job_name: prometheus, static_configs: [{ targets: ['127.0.0.1:${peerPort}'] }] }
  - { job_name: exporter, scrape_protocols: [OpenMetricsText1.0.0], static_configs: [{ targets: ['${exporterTarget}'] }] }
  - { job_name: nobody, static_configs: [{ targets: ['127.0.0.1:1'] }] }
remote_write:
${writes.join('\n')}
`;
}

/** The raw samples of each series as text, by its labels. */
async function samples(url: string, selector: string, time: number): Promise<ReadonlyMap<string, string>> {
  const body = new URLSearchParams({ query: `${selector}[${RANGE}]`, time: String(time) });
  const answer: ReturnType<typeof JSON.parse> = await (
    await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  ).json();
  if (answer.status !== 'success') throw new Error(`${url} answers ${JSON.stringify(answer)}`);
  return new Map(
    answer.data.result.map(({ metric, values, histograms }: Sampled) => {
      const { via: _via, ...labels } = metric;
      return [JSON.stringify(Object.entries(labels).sort()), JSON.stringify([values, histograms])];
    }),
  );
}
