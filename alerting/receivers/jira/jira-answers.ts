import type { HttpAnswer } from '@tocsin/runtime/http/client.ts';
import { z } from 'zod';
import { SendError } from '../integration.ts';
import { describeAnswer } from '../send-http.ts';

export interface FoundIssue {
  /** As a part of a path. */
  readonly key: string;
  /** Null when its status is not told. */
  readonly isDone: boolean | null;
}

const ISSUES = z.object({
  issues: z
    .array(
      z.object({
        key: z.string(),
        fields: z
          .object({ status: z.object({ statusCategory: z.object({ key: z.string() }).nullish() }).nullish() })
          .nullish(),
      }),
    )
    .nullish(),
});

const TRANSITIONS = z.object({
  transitions: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
});

/** The first issue of a search, which is the one to go on with; null for none. */
export function foundIssue(answer: HttpAnswer): FoundIssue | null {
  const first = read(answer, ISSUES).issues?.[0];
  if (!first) return null;
  const category = first.fields?.status?.statusCategory?.key;
  return {
    key: encodeURIComponent(first.key),
    isDone: category === undefined ? null : category === 'done',
  };
}

/** The id of the transition of that name; null when the issue cannot go there. */
export function foundTransition(answer: HttpAnswer, name: string): string | null {
  return read(answer, TRANSITIONS).transitions?.find((each) => each.name === name)?.id ?? null;
}

function read<T>(answer: HttpAnswer, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(answer.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new SendError(`Jira's answer cannot be read: ${describeAnswer(answer)}`, true);
  return parsed.data;
}
