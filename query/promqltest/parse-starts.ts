import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';

const SAMPLES_MAX = 1_000_000;
const MISSING = /^_(?:x(\d+))?$/;
const SHIFTED = /^(0|[+-]?[^+\-x]+)([+-][^+\-x]+)?(?:x(\d+))?$/;

/**
 * Start timestamps as a script notes them, in milliseconds from each sample's own timestamp; null where a sample says none.
 * `-30s-1mx2` is -30s, -1m30s, -2m30s. Throws on what it cannot read.
 */
export function parseStarts(text: string): (number | null)[] {
  const starts: (number | null)[] = [];
  for (const token of text.trim().split(/\s+/)) {
    const missing = MISSING.exec(token);
    const shifted = missing ? null : SHIFTED.exec(token);
    if (!missing && !shifted) throw new Error(`${JSON.stringify(token)} is no start timestamp`);
    const times = missing ? Number(missing[1] ?? 1) : Number(shifted![3] ?? 0) + 1;
    if (starts.length + times > SAMPLES_MAX) throw new Error(`more than ${SAMPLES_MAX} start timestamps`);
    for (let i = 0; i < times; i++)
      starts.push(missing ? null : signedMs(shifted![1]!) + i * signedMs(shifted![2] ?? '0'));
  }
  return starts;
}

function signedMs(text: string): number {
  const unsigned = text.replace(/^[+-]/, '');
  const milliseconds = unsigned === '0' ? 0 : parseDurationMs(unsigned);
  if (milliseconds === null) throw new Error(`${JSON.stringify(text)} is no duration`);
  return text.startsWith('-') ? -milliseconds : milliseconds;
}
