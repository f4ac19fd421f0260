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
  const child = spawn(process.execPath, [...words], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, ...options.environment },
    // The channel tells the program when the demo is gone, however it went.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const keep = boundedLog(`${options.logFolder}/${name}.log`);
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
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

const LOG_BYTES_MAX = 16 * 1024 * 1024;

/** Appends to a file that begins anew when it is full: a demo left running for a week fills no disk. */
function boundedLog(path: string): (chunk: Buffer) => void {
  let file = createWriteStream(path);
  let bytes = 0;
  return (chunk) => {
    bytes += chunk.length;
    if (bytes > LOG_BYTES_MAX) {
      file.end();
      file = createWriteStream(path);
      bytes = chunk.length;
    }
    file.write(chunk);
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
