import { flushCompileCache } from 'node:module';
import type { Log } from './log.ts';
import type { Part } from './part.ts';

// Stopping takes less than this or is cut short: the whole of `tocsin up` promises to end within 5 s.
const STOP_LIMIT_MS = 3_500;
// Once the start is over; a process that is killed later would not leave its compiled code to the next.
const FLUSH_COMPILE_CACHE_AFTER_MS = 2_000;

/**
 * Runs a part as this process's whole work: starts it, stops it on SIGTERM, SIGINT or when the supervisor that
 * spawned it is gone, reloads it on SIGHUP, and ends the process: status 0 after an orderly stop, 1 when the
 * part breaks. Rejects when the part cannot start; the process is then to be ended by the caller.
 */
export async function runPart(part: Part, log: Log): Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = (reason: string): Promise<void> => {
    stopping ??= (async () => {
      log.info({ reason }, 'stopping');
      const limit = setTimeout(() => {
        log.error('stopping took too long; ending at once');
        process.exit(1);
      }, STOP_LIMIT_MS);
      await part.stop();
      clearTimeout(limit);
      process.exit(0);
    })().catch((error: unknown) => {
      log.error({ err: error }, 'cannot stop in order');
      process.exit(1);
    });
    return stopping;
  };

  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'unexpected error; ending, to be started afresh');
    process.exit(1);
  });
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));
  // Spawned by a supervisor: the channel closes when that process ends, however it ends.
  process.on('disconnect', () => void stop('the supervisor is gone'));
  process.on('SIGHUP', () => {
    part.reload?.().then(
      () => log.info('configuration reloaded'),
      (error: unknown) => log.error({ err: error }, 'cannot reload; the old configuration stays in force'),
    );
  });

  await part.start();
  log.info({ listen: `${part.address.host}:${part.address.port}` }, 'started');
  setTimeout(flushCompileCache, FLUSH_COMPILE_CACHE_AFTER_MS).unref();
  process.send?.({ kind: 'started', address: part.address });
}
