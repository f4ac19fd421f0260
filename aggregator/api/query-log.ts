import type { Clock, Timer } from '@tocsin/runtime/clock.ts';
import type { Disk } from '@tocsin/runtime/disk.ts';
import type { Log } from '@tocsin/runtime/log.ts';
import type { Counter } from 'prom-client';
import { isoTime } from './iso-time.ts';
import type { AskedQuery } from './query-request.ts';

export interface LoggedQuery {
  readonly asked: AskedQuery;
  /** From its arrival to its answer, in milliseconds. */
  readonly tookMs: number;
  /** As `stats` of the API. */
  readonly stats: unknown;
  /** Why it has no answer; null when it has one. */
  readonly error: string | null;
}

/** A file with a line of JSON for each query, in the form of Prometheus' `query_log_file`. */
export interface QueryLog {
  record(query: LoggedQuery): void;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

export interface QueryLogDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, 'open'>;
  readonly log: Log;
  readonly dropped: Pick<Counter, 'inc'>;
}

export interface QueryLogConfig {
  readonly file: string;
  /** Queries that took less are left out. */
  readonly slowerThanMs: number;
}

const FLUSH_MS = 1_000;
// A disk that does not keep up must not fill memory.
const WAITING_CHARACTERS_MAX = 4 * 2 ** 20;
const QUERY_CHARACTERS_MAX = 64 * 2 ** 10;

/** The file is opened anew for every write, so that whoever rotates it may do so at any moment without telling. */
export function createQueryLog(
  { clock, disk, log, dropped }: QueryLogDeps,
  config: QueryLogConfig,
): QueryLog {
  let waiting: string[] = [];
  let characters = 0;
  let timer: Timer | null = null;
  let writing: Promise<void> = Promise.resolve();
  let hasFailed = false;

  const flush = (): Promise<void> => {
    timer?.cancel();
    timer = null;
    writing = writing.then(write);
    return writing;
  };

  async function write(): Promise<void> {
    const lines = waiting;
    if (lines.length === 0) return;
    waiting = [];
    characters = 0;
    try {
      const file = await disk.open(config.file);
      try {
        await file.append([Buffer.from(lines.join(''))]);
      } finally {
        await file.close();
      }
      hasFailed = false;
    } catch (error) {
      dropped.inc(lines.length);
      if (!hasFailed)
        log.error({ err: error, file: config.file }, 'cannot write the query log; going on without');
      hasFailed = true;
    }
  }

  return {
    record(query) {
      if (query.tookMs < config.slowerThanMs) return;
      const line = `${JSON.stringify(entryOf(query, clock.now()))}\n`;
      if (characters + line.length > WAITING_CHARACTERS_MAX) {
        dropped.inc();
        return;
      }
      waiting.push(line);
      characters += line.length;
      timer ??= clock.setTimeout(() => void flush(), FLUSH_MS, { keepAlive: false });
    },
    close: flush,
  };
}

function entryOf({ asked, stats, error }: LoggedQuery, nowMs: number): unknown {
  const { request } = asked;
  const startMs = asked.kind === 'instant' ? asked.request.timeMs : asked.request.startMs;
  const endMs = asked.kind === 'instant' ? asked.request.timeMs : asked.request.endMs;
  const step = asked.kind === 'instant' ? 0 : asked.request.stepMs / 1_000;
  const { clientIp: clientIP, method, path } = asked.origin;
  return {
    time: new Date(nowMs).toISOString(),
    level: 'INFO',
    msg: 'promql query logged',
    params: {
      query: request.query.slice(0, QUERY_CHARACTERS_MAX),
      start: isoTime(startMs),
      end: isoTime(endMs),
      step,
    },
    stats,
    ...(error !== null && { error }),
    httpRequest: { clientIP, method, path },
  };
}
