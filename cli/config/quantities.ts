import { parseDurationMs } from '@tocsin/protocol/durations/duration.ts';
import { parseByteSize } from '@tocsin/protocol/sizes/byte-size.ts';
import { z } from 'zod';

export const count = (fallback: number, help: string) => z.int().min(1).default(fallback).describe(help);

/** A number of bytes, or a text such as 32MiB: `byteSize` makes bytes of it. */
export const size = (fallback: number, help: string) =>
  z
    .union(
      [
        z.int().min(1),
        z.string().refine((text) => (parseByteSize(text) ?? 0) > 0, 'expected a size such as 32MiB'),
      ],
      'expected a size such as 32MiB',
    )
    .default(fallback)
    .describe(help);

/** A text such as 30s, or 0s where `zero` may be. */
export const duration = (fallback: string, zero: boolean, help: string) =>
  z
    .string()
    .refine(
      (text) => (parseDurationMs(text) ?? -1) >= (zero ? 0 : 1),
      zero ? 'expected a duration such as 2s, or 0s' : 'expected a duration such as 2m',
    )
    .default(fallback)
    .describe(help);

export function byteSize(value: number | string): number {
  return typeof value === 'number' ? value : parseByteSize(value)!;
}
