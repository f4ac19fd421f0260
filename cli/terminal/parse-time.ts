import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { UsageError } from '../command.ts';

/** `now`, `-1h` (before now), Unix seconds, or a date and time; in ms since the epoch. Throws UsageError. */
export function parseTime(text: string, nowMs: number, option: string): number {
  if (text === 'now') return nowMs;
  if (text.startsWith('-')) {
    const agoMs = parseDurationMs(text.slice(1));
    if (agoMs !== null) return nowMs - agoMs;
  }
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1_000);
  const timeMs = Date.parse(text);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UsageError(
    `--${option}: "${text}" is no time; write now, -1h, Unix seconds or 2026-01-31T12:00:00Z`,
  );
}
