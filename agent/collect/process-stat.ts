import { CLOCK_TICKS_PER_SECOND } from './ticks.ts';

/** What /proc/PID/stat says (proc_pid_stat(5)), as far as it is used. */
export interface ProcessStat {
  readonly command: string;
  readonly parent: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly threads: number;
  /** In ticks since boot; with the process id it names a process for good. */
  readonly startTicks: number;
  readonly virtualBytes: number;
  readonly residentPages: number;
}

/** Null when the text is not of that form. The command may hold blanks and brackets itself. */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ');
  if (fields.length < 22) return null;
  const number = (index: number) => Number(fields[index]);
  return {
    command: text.slice(open + 1, close),
    parent: number(1),
    userSeconds: number(11) / CLOCK_TICKS_PER_SECOND,
    systemSeconds: number(12) / CLOCK_TICKS_PER_SECOND,
    threads: number(17),
    startTicks: number(19),
    virtualBytes: number(20),
    residentPages: number(21),
  };
}
