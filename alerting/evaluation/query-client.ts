import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import type { QuerySample } from '@tocsin/rules/template/annotation-functions.ts';
import { type HttpClient, HttpFailure } from '@tocsin/runtime/http/client.ts';
import { z } from 'zod';

/** Asks the aggregator through the Prometheus HTTP API, so any server that speaks it will do. */
export interface QueryClient {
  /** The instant vector (or scalar, as one sample without labels) at `timeMs`. @throws QueryFailure */
  instant(expression: string, timeMs: number): Promise<readonly QuerySample[]>;
}

/** `refused`: the server answered, and the expression or its evaluation is at fault. `unreachable`: it could not be asked. */
export class QueryFailure extends Error {
  override readonly name = 'QueryFailure';
  readonly kind: 'refused' | 'unreachable';

  constructor(kind: QueryFailure['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const point = z.tuple([z.number(), z.string()]);
const ANSWER = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .discriminatedUnion('resultType', [
      z.object({
        resultType: z.literal('vector'),
        // A sample holds a native histogram instead of a value when it has no `value`.
        result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: point.optional() })),
      }),
      z.object({ resultType: z.literal('scalar'), result: point }),
      z.object({ resultType: z.literal('string'), result: point }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.unknown()) }),
    ])
    .optional(),
});

export interface QueryClientOptions {
  /** `http://127.0.0.1:9701` */
  readonly url: string;
  readonly timeoutMs: number;
}

export function createQueryClient(http: HttpClient, options: QueryClientOptions): QueryClient {
  return {
    async instant(expression, timeMs) {
      const form = new URLSearchParams({
        query: expression,
        time: String(timeMs / 1000),
        timeout: `${options.timeoutMs}ms`,
      });
      const answer = await http
        .send({
          method: 'POST',
          url: `${options.url}/api/v1/query`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form.toString(),
          timeoutMs: options.timeoutMs,
        })
        .catch((error: unknown) => {
          const kind = error instanceof HttpFailure && error.kind === 'too-large' ? 'refused' : 'unreachable';
          throw new QueryFailure(kind, error instanceof Error ? error.message : String(error), error);
        });
      if (answer.status >= 500 && answer.status !== 503)
        throw new QueryFailure('unreachable', `the aggregator answers ${answer.status}`);
      const parsed = parse(answer.text());
      if (!parsed)
        throw new QueryFailure('unreachable', `the aggregator answers ${answer.status} and no query result`);
      if (parsed.status !== 'success' || !parsed.data) {
        // 503 is a query that took too long, which is the query's fault, or a server that has no room, which is not.
        const kind =
          answer.status === 503 && !/timed? ?out/i.test(parsed.error ?? '') ? 'unreachable' : 'refused';
        throw new QueryFailure(kind, parsed.error ?? `the aggregator answers ${answer.status}`);
      }
      return samplesOf(parsed.data);
    },
  };
}

function parse(text: string): z.output<typeof ANSWER> | null {
  try {
    return ANSWER.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function samplesOf(data: NonNullable<z.output<typeof ANSWER>['data']>): readonly QuerySample[] {
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric, value }) => ({
        labels: labelsFromObject(metric),
        value: value ? numberOf(value[1]) : Number.NaN,
      }));
    case 'scalar':
      return [{ labels: [], value: numberOf(data.result[1]) }];
    default:
      throw new QueryFailure(
        'refused',
        `rule result is a ${data.resultType}, it must be a vector or a scalar`,
      );
  }
}

/** `+Inf`, `-Inf` and `NaN` as Prometheus writes them. */
function numberOf(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
