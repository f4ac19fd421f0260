import { isatty } from 'node:tty';
import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** A part's own log on standard output: a line for a person on a terminal, otherwise pino's JSON lines. */
export function createLog(part: string, level: string = 'info'): Log {
  const stdout = pino.destination({ dest: 1, sync: true });
  const target = isatty(1) ? lineWriter(stdout) : stdout;
  return pino({ level, base: { part } }, target);
}

/** For tests and for places whose log nobody reads. */
export const silentLog: Log = pino({ level: 'silent' });

function lineWriter(target: DestinationStream): DestinationStream {
  return { write: (line: string) => target.write(`${formatLine(line)}\n`) };
}

/** `12:00:01 aggregator warn  cannot reach alerting  url=... err=...` from pino's JSON. */
export function formatLine(json: string): string {
  const { level, time, part, msg, err, ...rest }: Record<string, unknown> = JSON.parse(json);
  const at = new Date(Number(time)).toTimeString().slice(0, 8);
  const name = pino.levels.labels[Number(level)] ?? 'info';
  let line = `${at} ${String(part).padEnd(10)} ${name.padEnd(5)} ${String(msg ?? '')}`;
  for (const [key, value] of Object.entries(rest)) line += `  ${key}=${plain(value)}`;
  if (typeof err === 'object' && err !== null) line += `  ${plain(Reflect.get(err, 'stack') ?? err)}`;
  // Control characters from a client's data must not steer the terminal.
  return line.replace(/(?!\n)\p{Cc}/gu, '\ufffd');
}

function plain(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
