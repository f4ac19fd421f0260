import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { createRestartBackoff, type RestartBackoff } from './backoff.ts';

/** A part as a process. */
export interface PartProcess {
  readonly name: string;
  /** The words after `tocsin`. */
  readonly words: readonly string[];
  /** Further V8 and Node options. */
  readonly nodeOptions: readonly string[];
}

export interface Supervisor {
  /** Starts all parts; resolves when each listens, rejects (all stopped again) when one cannot start. */
  start(): Promise<void>;
  /** Stops all parts, kills what does not end in time. */
  stop(): Promise<void>;
  /** Has every part read its configuration again. */
  reload(): void;
}

export interface SupervisorDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The program whose commands the parts are. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

// `tocsin up` promises to end within 5 s of SIGTERM; parts that hang are killed before.
const KILL_AFTER_MS = 3_800;

interface Running {
  readonly part: PartProcess;
  readonly backoff: RestartBackoff;
  child: ChildProcess | null;
  startedMs: number;
  restart: Timer | null;
}

/**
 * Runs parts as processes and starts again what ends. The children hold an IPC channel to this process and end
 * when it closes, so none outlives the supervisor however that dies.
 */
export function createSupervisor(deps: SupervisorDeps, parts: readonly PartProcess[]): Supervisor {
  const { clock, log } = deps;
  const all = parts.map(
    (part): Running => ({ part, backoff: createRestartBackoff(), child: null, startedMs: 0, restart: null }),
  );
  let supervising = false;
  let stopping = false;

  const launch = (running: Running): ChildProcess => {
    const child = fork(deps.program, [...running.part.words], {
      execArgv: [...process.execArgv, ...running.part.nodeOptions],
      env: { ...deps.environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.child = child;
    running.startedMs = clock.monotonic();
    // Without memory or process ids for another process there is no exit, only an error.
    child.once('error', (error) => {
      log.error({ err: error, name: running.part.name }, 'cannot start a part');
      if (child.pid !== undefined) return;
      running.child = null;
      if (supervising && !stopping) startAgain(running, null, null);
    });
    child.once('exit', (code, signal) => {
      running.child = null;
      if (supervising && !stopping) startAgain(running, code, signal);
    });
    return child;
  };

  const startAgain = (running: Running, code: number | null, signal: string | null): void => {
    const delayMs = running.backoff.next(clock.monotonic() - running.startedMs);
    log.warn(
      { name: running.part.name, code, signal, restartInMs: delayMs },
      'a part ended and is started again',
    );
    running.restart = clock.setTimeout(() => {
      running.restart = null;
      if (!stopping) launch(running);
    }, delayMs);
  };

  const stopAll = async (): Promise<void> => {
    stopping = true;
    await Promise.all(
      all.map(async (running) => {
        running.restart?.cancel();
        const { child } = running;
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        const kill = clock.setTimeout(() => {
          log.error({ name: running.part.name }, 'a part did not stop in time and is killed');
          child.kill('SIGKILL');
        }, KILL_AFTER_MS);
        await ended;
        kill.cancel();
      }),
    );
  };

  return {
    async start() {
      const started = await Promise.allSettled(
        all.map((running) => untilListening(launch(running), running.part.name)),
      );
      const failed = started.find((result) => result.status === 'rejected');
      if (failed) {
        await stopAll();
        throw failed.reason;
      }
      supervising = true;
      for (const running of all) if (!running.child && !running.restart) startAgain(running, null, null);
    },
    stop: stopAll,
    reload() {
      for (const { child } of all) child?.kill('SIGHUP');
    },
  };
}

/** Resolves at the child's word that it listens; rejects when it ends before. */
async function untilListening(child: ChildProcess, name: string): Promise<void> {
  // once() rejects when the child emits an error instead.
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new PartFailed(name, typeof code === 'number' ? code : null, signal);
  });
  const listening = (async () => {
    for (;;) {
      const [message] = await once(child, 'message');
      if (isStarted(message)) return;
    }
  })();
  await Promise.race([listening, ended]);
}

function isStarted(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'started';
}

/** A part ended instead of starting. What was wrong it has printed itself. */
export class PartFailed extends Error {
  override readonly name = 'PartFailed';
  /** The part's exit status; null when a signal ended it. */
  readonly status: number | null;

  constructor(part: string, status: number | null, signal: string | null) {
    super(
      `Cannot start ${part}: it ended with ${signal ?? `status ${status}`}; what it printed stands above`,
    );
    this.status = status;
  }
}
