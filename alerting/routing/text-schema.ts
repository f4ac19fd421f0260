import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { z } from 'zod';

/** Plain YAML values that Alertmanager reads as text. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** `30s`, `5m`, `1h30m`; in milliseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDurationMs(String(value));
  if (ms === null) {
    context.addIssue({
      code: 'custom',
      message: `bad duration ${JSON.stringify(value)}; write it as 30s, 5m or 1h30m`,
    });
    return z.NEVER;
  }
  return ms;
});

export const textMap = z.record(z.string(), text);
