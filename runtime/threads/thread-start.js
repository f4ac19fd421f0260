// Where a thread begins: with the compile cache of the thread that started it, without which Node would load its
// TypeScript compiler into each thread (36 MiB and a quarter of a second). JavaScript for the same reason.
import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const FLUSH_AFTER_MS = 2_000;

const { compileCache, entry, data } = workerData;
if (compileCache !== null) {
  module.enableCompileCache(compileCache);
  setTimeout(() => module.flushCompileCache(), FLUSH_AFTER_MS).unref();
}
const { serve } = await import(entry);
serve(parentPort, data);
