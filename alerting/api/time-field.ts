import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';
import { isTimeZone } from '../history/is-time-zone.ts';

/** A moment in a JSON body: RFC 3339, or Unix seconds; in milliseconds since the epoch. */
export const timeField = z.union([z.number(), z.string()]).transform((value, context) => {
  const timeMs =
    typeof value === 'number' || /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  if (Number.isFinite(timeMs) && Math.abs(timeMs) < 8.64e15) return Math.round(timeMs);
  context.addIssue({ code: 'custom', message: 'write a time as 2026-01-31T12:00:00Z or in Unix seconds' });
  return z.NEVER;
});

/** A duration as `30s`; in milliseconds. */
export const durationField = z.string().transform((value, context) => {
  const durationMs = parseDurationMs(value);
  if (durationMs !== null && durationMs > 0) return durationMs;
  context.addIssue({ code: 'custom', message: 'write a duration as 30s or 5m' });
  return z.NEVER;
});

/** A name that Intl knows. */
export const timeZoneField = z.string().refine(isTimeZone, 'write a time zone as Europe/Berlin');
