import pino, { type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** A part's own log: one JSON object a line on standard output, pino's format. */
export function createLog(part: string, level: string = 'info'): Log {
  return pino({ name: `tocsin-${part}`, level, base: { part } }, pino.destination({ dest: 1, sync: true }));
}

/** For tests and for places whose log nobody reads. */
export const silentLog: Log = pino({ level: 'silent' });
