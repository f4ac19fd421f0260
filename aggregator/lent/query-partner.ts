import type { Partner, PartnerAnswer, PartnerTask } from '@tocsin/query/partner/partner.ts';
import { QueryError } from '@tocsin/query/query-error.ts';
import type { SeriesSource } from '@tocsin/query/storage.ts';
import type { Clock } from '@tocsin/runtime/clock.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import { startThread, type Thread } from '@tocsin/runtime/threads/thread.ts';
import { reviveQueryError } from '../shard/revive-query-error.ts';
import { buffersOfLent, type LentSeries } from './lent-series.ts';
import type { PartnerReturn } from './partner-thread.ts';
import { isLendable, SeriesLender } from './series-lender.ts';

/** Samples and points, worth some five milliseconds: less is sooner done than told of. */
const WORK_MIN = 150_000;
/** A thread that ended is not started again sooner. */
const RESTART_AFTER_MS = 60_000;
/** Encoded samples in one piece: a thousand series have some megabyte of them in three hours. */
const LENT_BYTES_MAX = 2 ** 21;
const SPARE_MAX = 2;
const YOUNG_MEGABYTES_MAX = 8;

/** A partner in a thread of its own, which is started when there is the first work for it. */
export interface QueryPartner extends Partner {
  close(): Promise<void>;
}

/** `workMin` is for tests. */
export function createQueryPartner(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  workMin = WORK_MIN,
): QueryPartner {
  const lender = new SeriesLender();
  const spare: LentSeries[] = [];
  let thread: Thread | null = null;
  let isReady = false;
  let restartMs = Number.NEGATIVE_INFINITY;
  let working = 0;

  function start(): void {
    const nowMs = clock.monotonic();
    if (nowMs < restartMs) return;
    restartMs = nowMs + RESTART_AFTER_MS;
    const started = startedThread();
    thread = started;
    started?.calls.call('greet', []).then(
      () => {
        isReady = thread === started;
      },
      () => undefined,
    );
  }

  /** Null where the system gives no thread: there are limits to how many it has. */
  function startedThread(): Thread | null {
    try {
      const entry = new URL('./partner-thread.ts', import.meta.url);
      return startThread(
        { entry, name: 'queries', data: null, youngMegabytesMax: YOUNG_MEGABYTES_MAX },
        () => Promise.reject(new Error('Cannot take calls of a query thread')),
        (error) => {
          log.warn({ err: error }, 'the second thread for queries has ended; they are answered by one');
          thread = null;
          isReady = false;
        },
        reviveQueryError,
      );
    } catch (error) {
      log.warn({ err: error }, 'cannot start a second thread for queries; they are answered by one');
      return null;
    }
  }

  async function begin(task: PartnerTask, signal: AbortSignal): Promise<PartnerAnswer> {
    const count = lender.seriesCount;
    const lent = lender.finish(spare.pop() ?? null);
    if (count !== task.groupOf.length)
      throw new Error(`Cannot work out ${task.groupOf.length} rows of ${count} series`);
    if (thread === null) throw new Error('the second thread for queries has ended');
    working++;
    try {
      const transfer = [...buffersOfLent(lent), task.groupOf.buffer];
      const work = thread.calls.call('aggregate', [task, lent], { transfer, signal });
      const { answer, lent: returned } = (await work) as PartnerReturn;
      if (spare.length < SPARE_MAX) spare.push(returned);
      return answer;
    } catch (error) {
      // Whoever lent it works it out; that it took longer is all there would be to see.
      if (!(error instanceof QueryError) && !signal.aborted)
        log.warn({ err: error, query: task.query }, 'the second thread could not do its part of a query');
      throw error;
    } finally {
      working--;
    }
  }

  return {
    isFreeFor(work) {
      if (work < workMin) return false;
      if (thread === null) start();
      return isReady && working === 0;
    },
    get isFull() {
      return lender.byteCount >= LENT_BYTES_MAX;
    },
    lend: (source: SeriesSource) => isLendable(source) && lender.lend(source, source.labels),
    begin,
    async close() {
      const ended = thread;
      thread = null;
      isReady = false;
      restartMs = Number.POSITIVE_INFINITY;
      await ended?.terminate();
    },
  };
}
