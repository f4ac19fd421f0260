import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StreamRuleConfig } from '../streaming/stream-rule.ts';

const script = fileURLToPath(new URL('./aggregator-process.ts', import.meta.url));
const READY_TRIES = 2_000;
const READY_POLL_MS = 5;

export interface RunningAggregator {
  readonly child: ChildProcess;
  readonly base: string;
}

export interface KillableAggregator {
  /** Starts a process on the folder, which keeps what was stored; resolves once it is ready. */
  start(streams?: readonly StreamRuleConfig[]): Promise<RunningAggregator>;
  /** Kills what still runs and removes the folder. */
  remove(): Promise<void>;
}

/** An aggregator as a process of its own, for tests that kill it. */
export async function createKillableAggregator(): Promise<KillableAggregator> {
  const children: ChildProcess[] = [];
  const folder = await mkdtemp(`${tmpdir()}/tocsin-crash-`);
  return {
    async start(streams = []) {
      const child = fork(script, [folder, JSON.stringify(streams)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.push(child);
      const [message] = (await once(child, 'message')) as [{ port: number }];
      const base = `http://127.0.0.1:${message.port}`;
      for (let tries = 0; tries < READY_TRIES; tries++) {
        if ((await fetch(`${base}/-/ready`)).status === 200) return { child, base };
        await sleep(READY_POLL_MS);
      }
      throw new Error('the aggregator is not ready');
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
