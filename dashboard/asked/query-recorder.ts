import type { IncomingMessage } from 'node:http';
import type { Clock } from '@tocsin/runtime/clock.ts';
import { createAskedLog } from './asked-log.ts';
import type { AskedQuery } from './asked-query.ts';
import { isQuestion, readQuestion } from './read-question.ts';

/** Notes what is asked through the dashboard: what, by whom, how long it took, and with what success. */
export interface QueryRecorder {
  /** Watches a request that is about to be passed on to `path`; the returned function is told the answer's status (0: none). */
  begin(request: IncomingMessage, path: string): (status: number) => void;
  /** Newest first; those that still run among them. */
  list(): readonly AskedQuery[];
  /** Since when it notes, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

const limits = { newestMax: 300, slowestMax: 100, slowestMs: 6 * 3_600_000 } as const;
const bodyLengthMax = 256 * 2 ** 10;
const textLengthMax = 300;

export function createQueryRecorder(clock: Pick<Clock, 'now' | 'monotonic'>): QueryRecorder {
  const log = createAskedLog(limits);
  const running = new Map<number, (status: number | null) => AskedQuery>();
  let count = 0;
  return {
    sinceMs: clock.now(),
    begin(request, path) {
      if (!isQuestion(path)) return () => undefined;
      const id = ++count;
      const atMs = clock.now();
      const begunMs = clock.monotonic();
      const { socket } = request;
      const writtenBefore = socket.bytesWritten;
      const chunks: Buffer[] = [];
      let length = 0;
      request.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= bodyLengthMax) chunks.push(chunk);
      });
      const url = request.url ?? '';
      const search = url.includes('?') ? url.slice(url.indexOf('?')) : '';
      const client = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
      running.set(id, (status) => ({
        id,
        atMs,
        tookMs: clock.monotonic() - begunMs,
        isRunning: status === null,
        status: status ?? 0,
        bytes: socket.bytesWritten - writtenBefore,
        client,
        page: pageOf(request.headers.referer),
        program: (request.headers['user-agent'] ?? '').slice(0, textLengthMax),
        ...readQuestion(path, search, length > bodyLengthMax ? '' : Buffer.concat(chunks).toString()),
      }));
      return (status) => {
        const end = running.get(id);
        running.delete(id);
        if (end !== undefined) log.add(end(status));
      };
    },
    list: () => [...[...running.values()].map((so) => so(null)).reverse(), ...log.list(clock.now())],
  };
}

function pageOf(referer: string | undefined): string {
  if (referer === undefined || !URL.canParse(referer)) return '';
  return new URL(referer).pathname.slice(0, textLengthMax);
}
