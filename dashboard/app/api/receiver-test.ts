import { ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';

/** How one integration of a receiver took a test message. */
export interface TestOutcome {
  readonly integration: string;
  readonly outcome: string;
  /** The provider's answer, or why there is none. */
  readonly detail: string;
  readonly problem: string;
  readonly seconds: number;
}

/** Sends a receiver a message that says it is a test, at once, beside groups and silences. */
export async function testReceiver(receiver: string): Promise<readonly TestOutcome[]> {
  const body = await ask({
    path: '/alerting/api/tocsin/v1/receivers/test',
    change: { method: 'POST', body: JSON.stringify({ receiver }) },
  });
  return listOf(field(field(body, 'data'), 'integrations')).map((one) => ({
    integration: textOf(field(one, 'integration')),
    outcome: textOf(field(one, 'outcome')),
    detail: textOf(field(one, 'detail')),
    problem: textOf(field(one, 'problem')),
    seconds: Number(field(one, 'durationMs') ?? 0) / 1000,
  }));
}
