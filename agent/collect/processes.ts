import type { Host } from '@tocsin/runtime/host.ts';
import { limits } from '../limits.ts';
import { type Collector, counter, gauge } from './collector.ts';
import { processName } from './process-name.ts';
import { type ProcessStat, parseProcessStat } from './process-stat.ts';
import { CLOCK_TICKS_PER_SECOND } from './ticks.ts';

const COUNT = gauge('namedprocess_namegroup_num_procs', 'Number of processes in this group.');
const THREADS = gauge('namedprocess_namegroup_num_threads', 'Number of threads in this group.');
const CPU = counter('namedprocess_namegroup_cpu_seconds_total', 'CPU seconds used by this group.');
const MEMORY = gauge('namedprocess_namegroup_memory_bytes', 'Bytes of memory in use by this group.');
const OLDEST = gauge(
  'namedprocess_namegroup_oldest_start_time_seconds',
  'Start time in seconds since the epoch of the oldest process in this group.',
);
const TOTAL = gauge('node_processes_pids', 'Number of processes.');

// A group that was among the top stays for a while, so that its series have no holes: 10 minutes at 15 s.
const ROUNDS_KEPT = 40;
const KERNEL_THREADS_PARENT = 2;

interface Seen {
  readonly startTicks: number;
  readonly group: string;
  stat: ProcessStat;
}

interface Group {
  userSeconds: number;
  systemSeconds: number;
  recentSeconds: number;
  processes: number;
  threads: number;
  residentBytes: number;
  virtualBytes: number;
  oldestTicks: number;
  roundsLeft: number;
}

/**
 * Processes grouped by command name, under process-exporter's names; only the groups that use most CPU or
 * memory, so that the number of series is bounded. A group's CPU counter goes on when its processes are
 * replaced by new ones. What a process uses after the last look at it is not seen.
 */
export function createProcessCollector(host: Host): Collector {
  const seen = new Map<number, Seen>();
  const groups = new Map<string, Group>();
  let pageBytes: number | null = null;

  const nameOf = (pid: number, stat: ProcessStat): string =>
    processName(stat.command, () => host.readText(`/proc/${pid}/cmdline`));
  const groupOf = (name: string): Group => {
    let group = groups.get(name);
    if (!group) {
      group = { userSeconds: 0, systemSeconds: 0, roundsLeft: 0, ...emptyRound() };
      groups.set(name, group);
    }
    return group;
  };

  return {
    name: 'processes',
    collect(emit) {
      pageBytes ??= readPageBytes(host);
      for (const group of groups.values()) Object.assign(group, emptyRound());
      const alive = new Set<number>();
      let count = 0;
      for (const name of host.list('/proc')) {
        const pid = Number(name);
        if (!Number.isInteger(pid) || ++count > limits.processesMax) continue;
        const text = host.readText(`/proc/${pid}/stat`);
        const stat = text === null ? null : parseProcessStat(text);
        if (!stat || pid === KERNEL_THREADS_PARENT || stat.parent === KERNEL_THREADS_PARENT) continue;
        alive.add(pid);
        let known = seen.get(pid);
        let before = known?.stat;
        if (known?.startTicks !== stat.startTicks) {
          known = { startTicks: stat.startTicks, group: nameOf(pid, stat), stat };
          before = undefined;
          seen.set(pid, known);
        }
        known!.stat = stat;
        add(groupOf(known!.group), stat, before, pageBytes);
      }
      for (const pid of seen.keys()) if (!alive.has(pid)) seen.delete(pid);
      if (count > 0) emit(TOTAL, count);

      const bootSeconds = Number(/^btime (\d+)$/m.exec(host.readText('/proc/stat') ?? '')?.[1] ?? 0);
      for (const groupname of choose(groups)) {
        const group = groups.get(groupname)!;
        emit(COUNT, group.processes, { groupname });
        emit(THREADS, group.threads, { groupname });
        emit(CPU, group.userSeconds, { groupname, mode: 'user' });
        emit(CPU, group.systemSeconds, { groupname, mode: 'system' });
        emit(MEMORY, group.residentBytes, { groupname, memtype: 'resident' });
        emit(MEMORY, group.virtualBytes, { groupname, memtype: 'virtual' });
        if (group.processes > 0) {
          emit(OLDEST, bootSeconds + group.oldestTicks / CLOCK_TICKS_PER_SECOND, { groupname });
        }
      }
    },
  };
}

function emptyRound() {
  return {
    recentSeconds: 0,
    processes: 0,
    threads: 0,
    residentBytes: 0,
    virtualBytes: 0,
    oldestTicks: Number.POSITIVE_INFINITY,
  };
}

function add(group: Group, stat: ProcessStat, before: ProcessStat | undefined, pageBytes: number): void {
  const user = Math.max(0, stat.userSeconds - (before?.userSeconds ?? 0));
  const system = Math.max(0, stat.systemSeconds - (before?.systemSeconds ?? 0));
  group.userSeconds += user;
  group.systemSeconds += system;
  group.recentSeconds += user + system;
  group.processes++;
  group.threads += stat.threads;
  group.residentBytes += stat.residentPages * pageBytes;
  group.virtualBytes += stat.virtualBytes;
  group.oldestTicks = Math.min(group.oldestTicks, stat.startTicks);
}

/** The groups to report now; forgets those that ended and are no longer reported. */
function choose(groups: Map<string, Group>): readonly string[] {
  const names = [...groups.keys()];
  const half = limits.processGroupsMax / 2;
  const top = new Set<string>();
  const rank = (by: (group: Group) => number): void => {
    const ranked = names.filter((name) => by(groups.get(name)!) > 0);
    ranked.sort((a, b) => by(groups.get(b)!) - by(groups.get(a)!));
    for (const name of ranked.slice(0, half)) top.add(name);
  };
  rank((group) => group.recentSeconds);
  rank((group) => group.residentBytes);

  for (const [name, group] of groups) {
    if (top.has(name)) group.roundsLeft = ROUNDS_KEPT;
    else if (group.roundsLeft > 0) group.roundsLeft--;
    if (group.roundsLeft === 0 && group.processes === 0) groups.delete(name);
  }
  const kept = [...groups.keys()].filter((name) => groups.get(name)!.roundsLeft > 0);
  // Those of this round first; however much the ranking changes, no more than twice the limit are reported.
  kept.sort((a, b) => groups.get(b)!.roundsLeft - groups.get(a)!.roundsLeft);
  for (const name of kept.splice(2 * limits.processGroupsMax)) groups.get(name)!.roundsLeft = 0;
  return kept;
}

/** 4096 nearly everywhere; 16 or 64 KiB on some arm64. */
function readPageBytes(host: Host): number {
  const kilobytes = /^KernelPageSize:\s+(\d+) kB$/m.exec(host.readText('/proc/self/smaps') ?? '')?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : 4096;
}
