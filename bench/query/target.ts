import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../test/stack/eventually.ts';
import { freePorts } from '../../test/stack/free-ports.ts';
import { findPeer } from '../peers/find-peer.ts';

const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));
const TICKS_PER_SECOND = 100;

export const TARGETS = ['tocsin', 'prometheus', 'victoria-metrics'] as const;
export type TargetName = (typeof TARGETS)[number];

/** A server that answers queries. */
export interface Target {
  readonly name: TargetName;
  readonly url: string;
  readonly version: string;
  /** What each query's address gets appended, so that nothing is answered from a cache. */
  readonly suffix: string;
  /** Processor time since its start, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly ready: string;
}

/** Starts it on an empty folder of its own inside `folder`. Throws when the program cannot be found. */
export async function startTarget(name: TargetName, folder: string): Promise<Target> {
  const [port] = await freePorts(1);
  const command = commandOf(name, folder, port!);
  const child = spawn(command.file, command.arguments, { stdio: ['ignore', 'ignore', 'ignore'] });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const url = `http://127.0.0.1:${port}`;
  const ready = eventually(name, async () => ((await fetch(url + command.ready)).ok ? true : undefined));
  await Promise.race([ready, failed]);
  return {
    name,
    url,
    version: versionOf(command),
    suffix: name === 'victoria-metrics' ? '&nocache=1' : '',
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    stop: () => stopped(child),
  };
}

function commandOf(name: TargetName, folder: string, port: number): Command {
  const data = join(folder, name);
  const listen = `127.0.0.1:${port}`;
  switch (name) {
    case 'tocsin': {
      const config = join(folder, 'tocsin.yaml');
      writeFileSync(config, "retention: [{ match: '{}', keep: { raw: forever } }]\n");
      const own = ['aggregator', '--config', config, '--listen', listen, '--data-dir', data];
      return { file: process.execPath, arguments: [LAUNCHER, ...own], ready: '/-/ready' };
    }
    case 'prometheus': {
      const config = join(folder, 'prometheus.yml');
      writeFileSync(config, 'global: {}\n');
      const flags = [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        `--web.listen-address=${listen}`,
      ];
      const receiver = '--web.enable-remote-write-receiver';
      return { file: findPeer('prometheus'), arguments: [...flags, receiver], ready: '/-/ready' };
    }
    case 'victoria-metrics': {
      const flags = [`-storageDataPath=${data}`, `-httpListenAddr=${listen}`, '-search.latencyOffset=1ms'];
      return {
        file: findPeer('victoria-metrics', 'victoria-metrics-prod'),
        arguments: flags,
        ready: '/health',
      };
    }
  }
}

/** As the program says it; what the API says is often the version of Prometheus that it speaks like. */
function versionOf({ file, arguments: [first] }: Command): string {
  const isOurs = first === LAUNCHER;
  const { stdout, stderr } = spawnSync(file, isOurs ? [LAUNCHER, '--version'] : ['--version'], {
    encoding: 'utf8',
  });
  const [version = 'unknown'] = /v?\d+\.\d+\.\d+[\w+.]*/.exec(stdout + stderr) ?? [];
  return version;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
