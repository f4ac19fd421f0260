import { z } from 'zod';
import { type CommandInput, UsageError } from '../command.ts';
import { askAlerting } from '../terminal/ask.ts';
import { formatTable } from '../terminal/table.ts';

const ANSWER = z.object({
  data: z.object({
    integrations: z.array(
      z.object({
        integration: z.string(),
        outcome: z.string(),
        detail: z.string(),
        problem: z.string().nullable(),
        durationMs: z.number(),
      }),
    ),
  }),
});

/** `tocsin test receiver NAME`: 0 when every integration was reached. */
export async function testReceiver(input: CommandInput, words: readonly string[]): Promise<number> {
  const [receiver, integration, ...more] = words;
  if (receiver === undefined || more.length > 0)
    throw new UsageError('name one receiver, and one of its integrations at most; see tocsin test --help');
  const answer = await askAlerting(input, '/api/tocsin/v1/receivers/test', {
    receiver,
    ...(integration !== undefined && { integration }),
  });
  const { integrations } = ANSWER.parse(answer).data;
  const rows = integrations.map(({ integration: name, outcome, detail, problem, durationMs }) =>
    [name, outcome, `${Math.round(durationMs)} ms`, problem === null ? detail : `${detail}; ${problem}`].map(
      plain,
    ),
  );
  input.out.write(
    rows.length === 0
      ? `receiver ${plain(receiver)} has no way to reach anybody\n`
      : formatTable(['integration', 'outcome', 'time', 'answer'], rows, new Set([2])),
  );
  return integrations.length > 0 && integrations.every(({ outcome }) => outcome === 'sent') ? 0 : 1;
}

/** Control characters of an answer must not steer the terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
