import { z } from 'zod';
import { text } from '../routing/text-schema.ts';

/** A template; without one, or with null, the default's. An empty text is an empty template. */
export function templated(fallback: string) {
  return text.nullish().transform((value) => value ?? fallback);
}

/** Absent and null are false. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
