import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileSystemUse } from '@tocsin/runtime/host.ts';
import { systemHost } from '@tocsin/runtime/host.ts';
import { silentLog } from '@tocsin/runtime/log.ts';
import { createSimulatedClock } from '@tocsin/runtime/testing/simulated-clock.ts';
import { createSimulatedHost } from '@tocsin/runtime/testing/simulated-host.ts';
import fc from 'fast-check';
import type { Round } from '../samples/round.ts';
import { samplesOf } from '../testing/receiver.case.ts';
import type { Collector } from './collector.ts';
import { createCollectors } from './collectors.ts';
import { createFilesystemCollector } from './filesystem.ts';
import { createHostLoop } from './host-loop.ts';
import { processName } from './process-name.ts';
import { parseProcessStat } from './process-stat.ts';
import { createProcessCollector } from './processes.ts';

const use: FileSystemUse = { sizeBytes: 100, freeBytes: 40, availableBytes: 30, files: 10, filesFree: 4 };
const FILES: Record<string, string> = {
  '/proc/stat': `cpu  300 0 0 0
cpu0 100 5 50 800 10 1 2 3 40 0
cpu1 200 6 60 900 20 0 0 0 0 0
intr 631557 0 1
ctxt 1766868
btime 1795231371
processes 9032
procs_running 2
procs_blocked 1
`,
  '/proc/meminfo': 'MemTotal:       100 kB\nActive(anon):     3 kB\nHugePages_Total:   7\n',
  '/proc/loadavg': '0.50 0.25 0.10 1/100 4242\n',
  '/proc/diskstats':
    ' 254 0 vda 10 1 8 1500 20 2 16 500 1 250 750 0 0 0 0 3 96\n 254 1 vda1 1 1 1\n 7 0 loop0 1 1 1\n',
  '/proc/1/mounts': `/dev/vda / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
/dev/vdb /mnt/my\\040disk ext4 ro 0 0
server:/x /mnt/nfs nfs4 rw 0 0
`,
  '/proc/net/dev': `Inter-|   Receive
 face |bytes
    lo: 100 1 0 0 0 0 0 0 100 1 0 0 0 0 0 0
  eth0:5000 10 1 2 0 0 0 3 400 5 6 7 0 0 0 0
vethab12: 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1
`,
  '/sys/class/net/eth0/operstate': 'up\n',
  '/sys/class/net/eth0/speed': '1000\n',
  '/sys/class/net/lo/speed': '-1\n',
  '/proc/pressure/io':
    'some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n',
  '/proc/sys/fs/file-nr': '521\t0\t2466177\n',
  '/proc/vmstat': 'nr_free_pages 1\noom_kill 2\npgmajfault 3\n',
};

async function collect(...collectors: readonly Collector[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const collector of collectors) {
    await collector.collect(({ name }, value, labels = {}) => {
      const inner = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
      found.set(inner.length === 0 ? name : `${name}{${inner.join()}}`, value);
    });
  }
  return found;
}

test('the kernel’s files become the samples node_exporter makes of them', async () => {
  const host = createSimulatedHost(FILES, { '/': use });
  const found = await collect(...createCollectors(host, createSimulatedClock()));
  const expected: Record<string, number> = {
    'node_cpu_seconds_total{cpu=0,mode=user}': 1,
    'node_cpu_seconds_total{cpu=1,mode=iowait}': 0.2,
    'node_cpu_guest_seconds_total{cpu=0,mode=user}': 0.4,
    node_memory_MemTotal_bytes: 102_400,
    node_memory_Active_anon_bytes: 3_072,
    node_memory_HugePages_Total: 7,
    node_load1: 0.5,
    node_load15: 0.1,
    'node_disk_read_bytes_total{device=vda}': 4_096,
    'node_disk_io_time_seconds_total{device=vda}': 0.25,
    'node_disk_flush_requests_total{device=vda}': 3,
    'node_filesystem_avail_bytes{device=/dev/vda,fstype=ext4,mountpoint=/}': 30,
    'node_filesystem_device_error{device=/dev/vdb,fstype=ext4,mountpoint=/mnt/my disk}': 1,
    'node_network_receive_bytes_total{device=eth0}': 5_000,
    'node_network_receive_multicast_total{device=eth0}': 3,
    'node_network_transmit_drop_total{device=eth0}': 7,
    'node_network_up{device=eth0}': 1,
    'node_network_speed_bytes{device=eth0}': 125_000_000,
    node_pressure_io_waiting_seconds_total: 2,
    node_pressure_io_stalled_seconds_total: 0.5,
    node_filefd_allocated: 521,
    node_vmstat_oom_kill: 2,
    node_boot_time_seconds: 1_795_231_371,
    node_context_switches_total: 1_766_868,
    node_intr_total: 631_557,
    node_procs_blocked: 1,
    'node_uname_info{sysname=Linux,release=6.1,version=#1,machine=x86_64,nodename=testhost}': 1,
    node_time_seconds: Date.UTC(2026, 0, 1) / 1_000,
  };
  for (const [sample, value] of Object.entries(expected)) assert.equal(found.get(sample), value, sample);
  for (const name of found.keys()) {
    assert.doesNotMatch(name, /vda1|loop0|veth|mountpoint=\/proc|speed_bytes\{device=lo|cpu=\}/);
    assert.ok(Number.isFinite(found.get(name)), name);
  }
});

test('this machine, whatever it is, has processors, memory and a file system', async () => {
  const found = await collect(...createCollectors(systemHost, createSimulatedClock()));
  const names = new Set([...found.keys()].map((name) => name.split('{')[0]));
  for (const name of [
    'node_cpu_seconds_total',
    'node_memory_MemTotal_bytes',
    'node_load1',
    'node_filesystem_size_bytes',
  ]) {
    assert.ok(names.has(name), name);
  }
});

test('a system without /proc is measured through Node, under the same names', async () => {
  const host = { ...createSimulatedHost({}, { '/': use }), platform: 'darwin' };
  const found = await collect(...createCollectors(host, createSimulatedClock()));
  assert.equal(found.get('node_cpu_seconds_total{cpu=0,mode=system}'), 0.5);
  assert.equal(found.get('node_memory_MemAvailable_bytes'), 2_000);
  assert.equal(found.get('node_load5'), 0.25);
  assert.equal(found.get('node_boot_time_seconds'), Date.UTC(2026, 0, 1) / 1_000 - 3_600);
});

test('a file server that does not answer holds up nothing and is not asked again meanwhile', async () => {
  const clock = createSimulatedClock();
  let asked = 0;
  const host = createSimulatedHost(FILES);
  const hanging = {
    ...host,
    fileSystem: async (path: string) => {
      if (path !== '/mnt/nfs') return use;
      asked++;
      return await new Promise<null>(() => undefined);
    },
  };
  const collector = createFilesystemCollector(hanging, clock);
  for (let round = 0; round < 3; round++) {
    const collecting = collect(collector);
    await clock.advance(2_000);
    const found = await collecting;
    assert.equal(
      found.get('node_filesystem_device_error{device=server:/x,fstype=nfs4,mountpoint=/mnt/nfs}'),
      1,
    );
    assert.equal(found.get('node_filesystem_size_bytes{device=/dev/vda,fstype=ext4,mountpoint=/}'), 100);
  }
  assert.equal(asked, 1);
});

const stat = (pid: number, command: string, ticks: number, pages: number, start = 1_000 + pid, parent = 1) =>
  `${pid} (${command}) S ${parent} 0 0 0 0 0 0 0 0 0 ${ticks} ${ticks} 0 0 20 0 3 0 ${start} 8192 ${pages} 0`;

test('processes are grouped by name, and a group’s CPU goes on when its processes are replaced', async () => {
  const host = createSimulatedHost({
    '/proc/stat': 'btime 100\n',
    '/proc/1/stat': stat(1, 'web (x)', 100, 10),
    '/proc/2/stat': stat(2, 'kthreadd', 1, 0, 0, 0),
    '/proc/3/stat': stat(3, 'kworker/0:1', 1, 0, 0, 2),
    '/proc/4/stat': stat(4, 'web (x)', 50, 20),
    '/proc/5/stat': stat(5, 'MainThread', 5, 30),
    '/proc/5/cmdline': '/usr/bin/node\0server.js\0',
  });
  const collector = createProcessCollector(host);
  const first = await collect(collector);
  assert.equal(first.get('namedprocess_namegroup_num_procs{groupname=web (x)}'), 2);
  assert.equal(first.get('namedprocess_namegroup_cpu_seconds_total{groupname=web (x),mode=user}'), 1.5);
  assert.equal(
    first.get('namedprocess_namegroup_memory_bytes{groupname=web (x),memtype=resident}'),
    30 * 4096,
  );
  assert.equal(first.get('namedprocess_namegroup_num_threads{groupname=node server.js}'), 3);
  assert.equal(first.get('namedprocess_namegroup_oldest_start_time_seconds{groupname=web (x)}'), 110.01);
  assert.ok([...first.keys()].every((name) => !name.includes('kworker') && !name.includes('kthreadd')));

  delete host.files['/proc/4/stat'];
  // The same id, another process.
  host.files['/proc/1/stat'] = stat(1, 'web (x)', 10, 5, 9_999);
  const second = await collect(collector);
  assert.equal(second.get('namedprocess_namegroup_num_procs{groupname=web (x)}'), 1);
  assert.equal(second.get('namedprocess_namegroup_cpu_seconds_total{groupname=web (x),mode=user}'), 1.6);
});

test('a Node process is named after its script, and nothing else of its command line shows', () => {
  const of = (...words: string[]) => processName('node-MainThread', () => words.join('\0'));
  assert.equal(of('node', '/srv/app/server.js', '--token=secret'), 'node server.js');
  assert.equal(of('node', '--max-old-space-size=64', '-r', 'tracing', 'server.js'), 'node server.js');
  assert.equal(of('node', '-e', 'fetch("secret")'), 'node');
  assert.equal(of('node'), 'node');
  assert.equal(of('node', 'a\nb'), 'node');
  assert.equal(
    processName('node', () => null),
    'node',
  );
  assert.equal(
    processName('postgres', () => assert.fail()),
    'postgres',
  );
});

test('however many process names there are, few are reported, and counters never fall', async () => {
  const host = createSimulatedHost({ '/proc/stat': 'btime 100\n' });
  const collector = createProcessCollector(host);
  const last = new Map<string, number>();
  for (let round = 0; round < 60; round++) {
    for (let pid = 10; pid < 200; pid++) {
      const ticks = round * ((pid * 7 + round) % 13);
      host.files[`/proc/${pid}/stat`] = stat(pid, `p${pid}`, ticks, 1 + ((pid * round) % 50));
    }
    const found = await collect(collector);
    const groups = new Set([...found.keys()].map((name) => /groupname=([^,}]+)/.exec(name)?.[1]));
    assert.ok(groups.size <= 41, `${groups.size} groups`);
    for (const [name, value] of found) {
      if (!name.includes('cpu_seconds')) continue;
      assert.ok(value >= (last.get(name) ?? 0), name);
      last.set(name, value);
    }
  }
});

test('any text in place of the kernel’s is survived', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseProcessStat(text)));
  const paths = Object.keys(FILES);
  return fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), fc.string(), fc.nat(50), async (path, text, at) => {
      const broken = FILES[path]!.slice(0, at) + text;
      const host = createSimulatedHost({ ...FILES, [path]: broken }, { '/': use });
      await collect(...createCollectors(host, createSimulatedClock()));
    }),
  );
});

test('a collector that fails is reported and fails alone; what disappears ends', async () => {
  const clock = createSimulatedClock();
  const rounds: Round[] = [];
  let fail = false;
  const value = { name: 'value', type: 'gauge', help: 'x' } as const;
  const collectors: Collector[] = [
    {
      name: 'moody',
      collect(emit) {
        if (fail) throw new Error('moody');
        emit(value, 1, { job: 'mine' });
        emit(value, 2, { job: 'mine' });
      },
    },
    { name: 'steady', collect: (emit) => emit({ ...value, name: 'steady' }, 3) },
  ];
  const labels = { job: 'node', instance: 'testhost', layer: 'system' };
  const loop = createHostLoop(
    { clock, log: silentLog, collectors, onRound: async (round) => void rounds.push(round) },
    { labels, intervalMs: 15_000, offsetMs: 0 },
  );
  loop.start();
  await clock.advance(100);
  fail = true;
  await clock.advance(15_000);
  await loop.stop();
  const [first, second] = rounds.map((round) => samplesOf(round));
  const of = (samples: typeof first, name: string) =>
    samples!.filter((sample) => sample.labels['__name__'] === name);
  assert.deepEqual({ ...of(first, 'value')[0]!.labels }, { __name__: 'value', ...labels, job: 'mine' });
  assert.equal(of(first, 'value').length, 1, 'the second of two equal series is left out');
  assert.equal(of(second, 'value')[0]!.stale, true);
  assert.equal(of(second, 'steady')[0]!.value, 3);
  const success = of(second, 'node_scrape_collector_success').map((one) => [
    one.labels['collector'],
    one.value,
  ]);
  assert.deepEqual(success, [
    ['moody', 0],
    ['steady', 1],
  ]);
  assert.equal(of(second, 'up')[0]!.value, 1);
});
