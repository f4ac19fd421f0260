import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A program the demo runs; its output goes to a file, so that the demo's own words are not lost among it. */
export interface Program {
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** Resolves when it says that it is running, with the address it names, if it does. */
  readonly ready: Promise<string>;
  /** SIGTERM, and SIGKILL after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

export function startProgram(
  name: string,
  words: readonly string[],
  options: { readonly logFolder: string; readonly environment?: Readonly<Record<string, string>> },
): Program {
  mkdirSync(options.logFolder, { recursive: true });
  const log = createWriteStream(`${options.logFolder}/${name}.log`);
  const child = spawn(process.execPath, [...words], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...options.environment },
    // The channel tells the program when the demo is gone, however it went.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.pipe(log);
  child.stderr?.pipe(log);
  const ended = once(child, 'exit').then(
    ([code, signal]) => `${name} ended with ${signal ?? `status ${code}`}`,
  );
  const failed = ended.then((how) => {
    throw new Error(`${how}; its output is in ${options.logFolder}/${name}.log`);
  });
  const ready = Promise.race([untilReady(child), failed]);
  ready.catch(() => undefined);
  failed.catch(() => undefined);
  return {
    ended,
    ready,
    async stop(withinMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await ended;
      clearTimeout(kill);
    },
  };
}

/** By a message, or by a line on standard output. */
async function untilReady(child: ChildProcess): Promise<string> {
  const message = once(child, 'message').then(() => '');
  const line = new Promise<string>((resolve) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen = (seen + chunk).slice(-10_000);
      const address = /^Tocsin is running .*: (http\S+)$/m.exec(seen)?.[1];
      if (address) resolve(address);
    });
  });
  return await Promise.race([message, line]);
}
