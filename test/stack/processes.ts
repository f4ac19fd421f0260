import { readFileSync } from 'node:fs';

export const PART_NAMES = ['aggregator', 'alerting', 'dashboard', 'agent'] as const;

export type PartName = (typeof PART_NAMES)[number];

/** Process ids of the parts that run below the supervisor `pid`, as /proc knows them. */
export function partPids(pid: number): Partial<Record<PartName, number>> {
  const pids: Partial<Record<PartName, number>> = {};
  for (const child of childPids(pid)) {
    const title = commandLine(child);
    const part = PART_NAMES.find((name) => title === `tocsin ${name}`);
    if (part) pids[part] = child;
  }
  return pids;
}

/** All processes below `pid`, however deep. */
export function descendants(pid: number): readonly number[] {
  return childPids(pid).flatMap((child) => [child, ...descendants(child)]);
}

function childPids(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** True while the process exists and is no zombie. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What ps shows; a process sets it itself once it runs. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '');
  } catch {
    return '';
  }
}
