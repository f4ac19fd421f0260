import type { Line } from '../series/line.ts';
import { linesOf } from '../series/prometheus-lines.ts';
import type { TimeWindow } from '../time/range.ts';
import { AskError, ask } from './ask.ts';
import { field, listOf, textOf } from './json-fields.ts';
import { queryRange } from './prometheus.ts';

const atOnce = 4;
let hasBatch: Promise<boolean> | undefined;

/** Whether the aggregator answers many queries in one request; a Prometheus does not. */
async function knowsBatch(signal: AbortSignal): Promise<boolean> {
  hasBatch ??= ask({ path: '/api/v1/features', signal }).then(
    (body) => field(field(field(body, 'data'), 'tocsin'), 'query_batch') === true,
    (error: unknown) => {
      // Not known is asked again; refused is an answer.
      if (!(error instanceof AskError) || error.kind === 'down') hasBatch = undefined;
      return false;
    },
  );
  return hasBatch;
}

/** The lines of each expression over the window, in their order; none for an expression that fails. */
export async function queryRanges(
  exprs: readonly string[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly (readonly Line[])[]> {
  if (exprs.length === 0) return [];
  if (await knowsBatch(signal)) {
    const body = JSON.stringify({
      start: window.fromMs / 1000,
      end: window.toMs / 1000,
      step: window.stepSeconds,
      limit: 50,
      queries: exprs.map((query) => ({ query })),
    });
    const answer = await ask({
      path: '/api/tocsin/v1/query_batch',
      signal,
      change: { method: 'POST', body },
    });
    const results = listOf(field(field(answer, 'data'), 'results'));
    return exprs.map((_, index) =>
      textOf(field(results[index], 'status')) === 'success' ? linesOf(field(results[index], 'data')) : [],
    );
  }
  const answers: (readonly Line[])[] = exprs.map(() => []);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < exprs.length; index = next++) {
      try {
        answers[index] = (await queryRange(exprs[index] ?? '', window, signal)).lines;
      } catch (error) {
        if (signal.aborted || (error instanceof AskError && error.kind === 'down')) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}
