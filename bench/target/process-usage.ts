import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** User and system time of the process and all its threads since its start, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export interface ResidentMemory {
  readonly rssMiB: number;
  /** The most it has been since the process started. */
  readonly rssMiBMax: number;
}

export function residentMemory(pid: number): ResidentMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1_024;
  return { rssMiB: mib('VmRSS'), rssMiBMax: mib('VmHWM') };
}
