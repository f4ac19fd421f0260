import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { freePorts } from './free-ports.ts';
import { PART_NAMES, type PartName, partPids } from './processes.ts';

/** A whole Tocsin in processes of its own, with an own folder and free ports. */
export interface Stack {
  readonly folder: string;
  readonly urls: Readonly<Record<PartName, string>>;
  /** OTLP's own port. */
  readonly otlpUrl: string;
  /** The supervisor. */
  readonly process: ChildProcess;
  /** Everything the processes have printed so far. */
  output(): string;
  pid(part: PartName): number;
  /** Kills a part with SIGKILL and waits until another process serves in its place; gives the milliseconds. */
  killAndAwait(part: PartName): Promise<number>;
  /** SIGTERM; resolves with the supervisor's exit status. */
  stop(): Promise<number | null>;
  /** Stops what still runs and removes the folder. */
  remove(): Promise<void>;
}

export interface StackOptions {
  /** Further files of the folder, by name. `tocsin.yaml` may hold all keys but `listen`. */
  readonly files?: Readonly<Record<string, string>>;
  /** An existing stack's folder, to start again on its data. */
  readonly folder?: string;
}

const LAUNCHER = fileURLToPath(new URL('../../cli/tocsin.js', import.meta.url));

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'tocsin-stack-')));
  const [dashboard, aggregator, otlp, alerting, agent] = await freePorts(5);
  const ports = { dashboard, aggregator, otlp, alerting, agent };
  const listen = Object.entries(ports).map(([name, port]) => `${name}: 127.0.0.1:${port}`);
  const { 'tocsin.yaml': config = '', ...others } = options.files ?? {};
  const external = config.includes('external_url') ? '' : `external_url: http://127.0.0.1:${dashboard}\n`;
  await writeFile(join(folder, 'tocsin.yaml'), `listen: { ${listen.join(', ')} }\n${external}${config}`);
  for (const [name, text] of Object.entries(others)) await writeFile(join(folder, name), text);

  const child = spawn(process.execPath, [LAUNCHER, 'up', '--config', 'tocsin.yaml'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit').then(([code]): number | null => code);
  const urls = {
    dashboard: `http://127.0.0.1:${dashboard}`,
    aggregator: `http://127.0.0.1:${aggregator}`,
    alerting: `http://127.0.0.1:${alerting}`,
    agent: `http://127.0.0.1:${agent}`,
  };
  const ready = async (part: PartName): Promise<true | undefined> =>
    (await fetch(`${urls[part]}/-/ready`)).ok ? true : undefined;
  const pid = (part: PartName): number => {
    const found = partPids(child.pid ?? 0)[part];
    if (found === undefined) throw new Error(`No process of ${part} below ${child.pid}`);
    return found;
  };

  const stack: Stack = {
    folder,
    urls,
    otlpUrl: `http://127.0.0.1:${otlp}`,
    process: child,
    output: () => output,
    pid,
    async killAndAwait(part) {
      const killed = pid(part);
      const startMs = performance.now();
      process.kill(killed, 'SIGKILL');
      await eventually(`${part} to come back`, async () => {
        const now = partPids(child.pid ?? 0)[part];
        return now !== undefined && now !== killed ? await ready(part) : undefined;
      });
      return performance.now() - startMs;
    },
    async stop() {
      child.kill('SIGTERM');
      return await exited;
    },
    async remove() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await exited;
        clearTimeout(timer);
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await Promise.race([
      Promise.all(PART_NAMES.map((part) => eventually(`${part} to be ready`, () => ready(part)))),
      exited.then((code) => Promise.reject(new Error(`tocsin up ended with status ${code}`))),
    ]);
  } catch (error) {
    await stack.remove();
    throw new Error(`Cannot start the stack; it printed:\n${output}`, { cause: error });
  }
  return stack;
}
