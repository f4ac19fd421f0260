import module from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Answerer, Calls, type Port, type ReviveError } from './calls.ts';

/** What a thread's module exports as `serve`: it answers over the port, and was given `data`. */
export type ServeThread = (port: Port, data: unknown) => void;

export interface ThreadConfig {
  /** The thread's module, which exports a ServeThread as `serve`. */
  readonly entry: URL;
  /** For people: what `top -H` and errors call it. */
  readonly name: string;
  /** A plain value the thread starts with. */
  readonly data: unknown;
  /** Size of the space for young objects; V8 chooses when absent. */
  readonly youngMegabytesMax?: number;
}

export interface Thread {
  readonly calls: Calls;
  /** Ends it at once. */
  terminate(): Promise<void>;
}

/** Starts a thread. `onEnd` is told when it ends unasked, for good. */
export function startThread(
  config: ThreadConfig,
  answer: Answerer,
  onEnd: (error: Error) => void,
  revive?: ReviveError,
): Thread {
  const used = module.getCompileCacheDir();
  const worker = new Worker(new URL('./thread-start.js', import.meta.url), {
    name: config.name,
    workerData: {
      // Node names the folder for its version below the one it was given.
      compileCache: used === undefined ? null : dirname(used),
      entry: config.entry.href,
      data: config.data,
    },
    ...(config.youngMegabytesMax !== undefined && {
      resourceLimits: { maxYoungGenerationSizeMb: config.youngMegabytesMax },
    }),
  });
  const calls = new Calls(worker, answer, revive);
  let expected = false;
  const end = (error: Error): void => {
    if (expected) return;
    expected = true;
    calls.end(error);
    onEnd(error);
  };
  worker.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => end(new Error(`thread ${config.name} ended with status ${code}`)));
  return {
    calls,
    async terminate() {
      expected = true;
      calls.end(new Error(`thread ${config.name} was ended`));
      await worker.terminate();
    },
  };
}
