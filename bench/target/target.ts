import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../test/stack/free-ports.ts';
import { findPeer } from '../peers/find-peer.ts';
import { cpuSeconds, type ResidentMemory, residentMemory } from './process-usage.ts';

const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));
const READY_POLL_MS = 5;
const READY_SECONDS_MAX = 300;

export const TARGETS = ['tocsin', 'prometheus', 'victoria-metrics'] as const;
export type TargetName = (typeof TARGETS)[number];

/** A server that takes samples by remote write and answers queries. */
export interface Target {
  readonly name: TargetName;
  readonly url: string;
  readonly version: string;
  /** What each query's address gets appended, so that nothing is answered from a cache. */
  readonly suffix: string;
  /** Where it stores; what is there survives a restart. */
  readonly dataFolder: string;
  /** From the start of the process until it was ready. */
  readonly readyMs: number;
  /** Processor time since its start, in seconds. */
  cpuSeconds(): number;
  memory(): ResidentMemory;
  /** Sends SIGTERM, and waits until it has ended. */
  stop(): Promise<void>;
  /** Sends SIGKILL, and waits until it has ended. */
  kill(): Promise<void>;
}

export interface TargetOptions {
  /** Tocsin's configuration; by default everything is kept for ever. */
  readonly config?: string;
  /** More arguments for the program. */
  readonly flags?: readonly string[];
}

interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly ready: string;
}

/**
 * Starts it on a folder of its own inside `folder`, which holds what it stored when it ran there before. Throws when the
 * program cannot be found, ends, or is not ready in five minutes.
 */
export async function startTarget(
  name: TargetName,
  folder: string,
  options: TargetOptions = {},
): Promise<Target> {
  const [port] = await freePorts(1);
  const dataFolder = join(folder, name);
  const command = commandOf(name, folder, dataFolder, port!, options);
  const startMs = performance.now();
  const child = spawn(command.file, [...command.arguments, ...(options.flags ?? [])], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(child, name, url + command.ready);
  } catch (error) {
    await ended(child, 'SIGKILL');
    throw error;
  }
  const pid = child.pid ?? 0;
  return {
    name,
    url,
    version: versionOf(command),
    suffix: name === 'victoria-metrics' ? '&nocache=1' : '',
    dataFolder,
    readyMs: performance.now() - startMs,
    cpuSeconds: () => cpuSeconds(pid),
    memory: () => residentMemory(pid),
    stop: () => ended(child, 'SIGTERM'),
    kill: () => ended(child, 'SIGKILL'),
  };
}

function commandOf(
  name: TargetName,
  folder: string,
  data: string,
  port: number,
  { config = "retention: [{ match: '{}', keep: { raw: forever } }]\n" }: TargetOptions,
): Command {
  const listen = `127.0.0.1:${port}`;
  mkdirSync(folder, { recursive: true });
  switch (name) {
    case 'tocsin': {
      const file = join(folder, 'tocsin.yaml');
      writeFileSync(file, config);
      const own = ['aggregator', '--config', file, '--listen', listen, '--data-dir', data];
      return {
        file: process.execPath,
        arguments: [LAUNCHER, ...own, '--enable-admin-api'],
        ready: '/-/ready',
      };
    }
    case 'prometheus': {
      const file = join(folder, 'prometheus.yml');
      writeFileSync(file, 'global: {}\n');
      const flags = [
        `--config.file=${file}`,
        `--storage.tsdb.path=${data}`,
        '--storage.tsdb.retention.time=2y',
        `--web.listen-address=${listen}`,
        '--web.enable-remote-write-receiver',
        '--web.enable-admin-api',
        '--query.timeout=30m',
        '--query.max-samples=500000000',
      ];
      return { file: findPeer('prometheus'), arguments: flags, ready: '/-/ready' };
    }
    case 'victoria-metrics': {
      const flags = [
        `-storageDataPath=${data}`,
        `-httpListenAddr=${listen}`,
        '-retentionPeriod=2y',
        '-search.latencyOffset=1ms',
        '-search.maxQueryDuration=30m',
        '-search.maxUniqueTimeseries=2000000',
      ];
      return {
        file: findPeer('victoria-metrics', 'victoria-metrics-prod'),
        arguments: flags,
        ready: '/health',
      };
    }
  }
}

async function untilReady(child: ChildProcess, name: TargetName, url: string): Promise<void> {
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  child.once('exit', (code, signal) => {
    failure ??= new Error(`Cannot start ${name}: it ended with ${code ?? signal}`);
  });
  const startMs = performance.now();
  while (performance.now() - startMs < READY_SECONDS_MAX * 1_000) {
    if (failure !== null) throw failure;
    const response = await fetch(url).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`Cannot start ${name}: it is not ready after ${READY_SECONDS_MAX} s`);
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

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}
